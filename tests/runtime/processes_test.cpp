// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The model of processes, and threads that vanish with theirs.
#include "runtime/model/mutex.h"
#include "runtime/model/processes.h"
#include "runtime/strategies/strategies.h"
#include "tests/runtime/simulated_program.h"

#include <gtest/gtest.h>

namespace deadheat::test {
namespace {

using sched::OperationKind;
using sched::Verdict;

class Nobody final : public sched::DecisionObserver {
public:
    Nobody() : DecisionObserver(kFunctions) {}
    static const sched::ObserverFunctions kFunctions;
    void decided(const sched::ThreadView&, sched::Outcome, std::uint64_t) {}
    void picked(std::uint32_t) {}
};

DEADHEAT_FUNCTIONS const sched::ObserverFunctions Nobody::kFunctions = sched::functionsOfObserver<Nobody>();

class Processes : public testing::Test {
protected:
    Processes() {
        useHeap();
        engine =
            std::make_unique<sched::Engine>(*strategies::makeStrategy("sequential", {}), observer, sched::Limits{});
        parent = engine->spawn();
        child = engine->spawn();
        table.add(0, parent);
        process = &table.add(0, child);
        process->pid = 100;
    }
    static sched::Operation on(OperationKind kind, sched::Resource& resource) {
        sched::Operation operation;
        operation.kind = kind;
        operation.resource = &resource;
        return operation;
    }

    Nobody observer;
    std::unique_ptr<sched::Engine> engine;
    model::ProcessTable table;
    sched::ThreadId parent = 0, child = 0;
    model::Process* process = nullptr;
};

TEST_F(Processes, AParentWaitsUntilItsChildHasEnded) {
    model::ChildWait wait(table, 0, 100);
    EXPECT_EQ(engine->step(on(OperationKind::childWait, wait)), Verdict::run);
    EXPECT_EQ(engine->running(), child);
    process->ended = true;
    engine->refresh(wait);
    EXPECT_EQ(engine->finish(), Verdict::run);
    EXPECT_EQ(engine->running(), parent);
}

TEST_F(Processes, WaitingForAnyChildTakesAnEndedOneFirst) {
    model::Process& other = table.add(0, 7);
    other.ended = true;
    EXPECT_EQ(table.findChild(0, -1), &other);
    other.waited = true;
    EXPECT_EQ(table.findChild(0, -1), process);
    EXPECT_EQ(table.findChild(1, -1), nullptr);
}

TEST_F(Processes, ACycleOfALockAndAChildIsADeadlock) {
    model::Mutex mutex(sched::ResourceKind::mutex, 1);
    model::ChildWait wait(table, 0, 100);
    mutex.acquire(parent);
    EXPECT_EQ(engine->step(on(OperationKind::childWait, wait)), Verdict::run);
    EXPECT_EQ(engine->step(on(OperationKind::lock, mutex)), Verdict::deadlock);
    EXPECT_EQ(engine->cycle().size(), 2u);
}

TEST_F(Processes, ADroppedThreadIsNeverChosenAgain) {
    sched::Operation operation;
    operation.kind = OperationKind::load;
    engine->drop(child);
    EXPECT_EQ(engine->liveCount(), 1u);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(engine->step(operation), Verdict::run);
        EXPECT_EQ(engine->running(), parent);
    }
}

TEST_F(Processes, AThreadThatIsHeldIsNotChosenUntilItIsLetGo) {
    sched::Operation operation;
    operation.kind = OperationKind::load;
    engine->hold(child);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(engine->step(operation), Verdict::run);
        EXPECT_EQ(engine->running(), parent);
    }
    engine->letGo(child);
    EXPECT_EQ(engine->finish(), Verdict::run);
    EXPECT_EQ(engine->running(), child);
}

TEST_F(Processes, ADeadlineLetsNoHeldThreadGoOn) {
    sched::Operation sleep;
    sleep.kind = OperationKind::sleep;
    sleep.deadline = 1000;
    EXPECT_EQ(engine->step(sleep), Verdict::run);
    ASSERT_EQ(engine->running(), child);
    engine->hold(parent);
    EXPECT_EQ(engine->step(sleep), Verdict::run);
    EXPECT_EQ(engine->running(), child);
    EXPECT_EQ(engine->finish(), Verdict::deadlock);
    EXPECT_TRUE(engine->cycle().empty());
}

TEST_F(Processes, AParentMayWaitUntilItsChildIsStopped) {
    constexpr int kStopped = 2, kContinued = 8;
    EXPECT_EQ(table.findChanged(0, 100, kStopped), nullptr);
    process->unseenChange = kStopped;
    EXPECT_EQ(table.findChanged(0, 100, kStopped), process);
    EXPECT_EQ(table.findChanged(0, -1, kStopped | kContinued), process);
    EXPECT_EQ(table.findChanged(0, 100, kContinued), nullptr);
    EXPECT_EQ(table.findChanged(1, -1, kStopped), nullptr);
}

TEST_F(Processes, WhatADroppedThreadHoldsIsLost) {
    model::Mutex mutex(sched::ResourceKind::mutex, 1);
    mutex.acquire(child);
    EXPECT_EQ(engine->step(on(OperationKind::lock, mutex)), Verdict::run);
    engine->drop(child);
    EXPECT_EQ(engine->resume(), Verdict::deadlock);
    EXPECT_TRUE(engine->holderEnded());
}

TEST_F(Processes, DroppingTheThreadThatHasTheTurnLeavesItToOthers) {
    engine->drop(parent);
    EXPECT_EQ(engine->resume(), Verdict::run);
    EXPECT_EQ(engine->running(), child);
    engine->drop(child);
    EXPECT_EQ(engine->resume(), Verdict::finished);
}

} // namespace
} // namespace deadheat::test
