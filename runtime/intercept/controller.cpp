// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/controller.h"

#include "runtime/intercept/descriptors.h"
#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/recorder.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/signals.h"
#include "runtime/model/outside.h"
#include "runtime/strategies/strategies.h"

#include <sys/mman.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

constinit sched::Engine* theEngine = nullptr;
constinit strategies::Replay* theReplay = nullptr;

/// Threads whose outside call has returned and which the engine does not know of yet.
constinit std::atomic<std::uint32_t> returned{0};
/// 1 while nobody has the turn because only returning outside calls can let anyone go on.
constinit std::atomic<std::uint32_t> idle{0};
constinit sched::Permanent<sched::Vector<model::Outside*>> outsideCalls;
constinit std::atomic<std::uint32_t> outsideCallsUnderWay{0};

/// How long one look at descriptors from outside takes at most.
constexpr int kDescriptorWaitMilliseconds = 100;

sched::Strategy* makeReplay(sched::ControlBlock& block) {
    strategies::Recording recording{block.runsToReplay(), block.replayRuns, block.picksToReplay(), block.replayPicks};
    theReplay = sched::create<strategies::Replay>(recording, block.orders.mode == sched::Mode::replay);
    return theReplay;
}

sched::Strategy* makeSampling(sched::ControlBlock& block) {
    const sched::Orders& orders = block.orders;
    strategies::Options options{orders.depth, orders.bound, orders.switchPercent, block.strategyStorage(),
                                sched::ControlBlock::kStorageBytes};
    sched::Strategy* strategy =
        strategies::makeStrategy(block.profile.running ? "sequential" : orders.strategy, options);
    if (!strategy) {
        complain("unknown strategy ", orders.strategy);
        endProcess(2);
    }
    const sched::Profile profile{block.profile.steps, block.profile.threads, block.profile.stepsOfThread};
    if (!strategy->begin(orders.seed, block.results.schedule.load(std::memory_order_relaxed), profile)) {
        block.results.end = sched::End::exhausted;
        endProcess(0);
    }
    return strategy;
}

void grantTurn(ThreadRecord& thread) {
    thread.turn.store(1, std::memory_order_release);
    futexWake(thread.turn);
}

void awaitTurn(ThreadRecord& self) {
    while (self.turn.load(std::memory_order_acquire) == 0)
        futexWait(self.turn, 0);
    self.turn.store(0, std::memory_order_relaxed);
}

void checkReplay() {
    if (!theReplay || theReplay->divergedStep() == strategies::Replay::kNoDivergence ||
        control().orders.mode != sched::Mode::replay)
        return;
    control().results.divergedStep = theReplay->divergedStep();
    control().results.end = sched::End::diverged;
    endProcess(3);
}

[[noreturn]] void fail(sched::Verdict verdict) {
    const bool deadlock = verdict == sched::Verdict::deadlock;
    reportStuck(deadlock ? StuckKind::deadlock : StuckKind::livelock, theEngine->cycle(), theEngine->holderEnded());
    control().results.end = deadlock ? sched::End::deadlock : sched::End::livelock;
    endProcess(1);
}

/// Makes the engine take note of what came from outside: calls that are back, descriptors that are ready. The caller owns
/// the engine.
void collectReturned() {
    if (anyDescriptorWaits())
        refreshDescriptors();
    if (returned.load(std::memory_order_acquire) == 0)
        return;
    returned.store(0, std::memory_order_relaxed);
    for (model::Outside* call : *outsideCalls)
        theEngine->refresh(*call);
}

/// POSIX: waits for locks are none.
bool isCancellationPoint(const sched::Operation& operation) {
    return (operation.interruptible || operation.kind == sched::OperationKind::join) && !operation.cancelsLater;
}

/// Acts on a decision; afterwards somebody else may have the turn. False: nobody has it.
bool carryOut(sched::Verdict verdict) {
    while (verdict == sched::Verdict::external) {
        if (anyDescriptorWaits() && outsideCallsUnderWay.load(std::memory_order_seq_cst) == 0) {
            if (onlyInternalDescriptors())
                fail(sched::Verdict::deadlock);
            awaitAnyDescriptor(kDescriptorWaitMilliseconds);
            refreshDescriptors();
            verdict = theEngine->resume();
            continue;
        }
        idle.store(1, std::memory_order_seq_cst);
        if (returned.load(std::memory_order_seq_cst) == 0 || idle.exchange(0) == 0)
            return false;
        collectReturned();
        verdict = theEngine->resume();
    }
    if (verdict == sched::Verdict::deadlock || verdict == sched::Verdict::livelock)
        fail(verdict);
    if (verdict == sched::Verdict::finished)
        return false;
    checkReplay();
    return true;
}

/// After a decision: hands the turn over unless `self` keeps it; returns when `self` has it again.
void passTurn(ThreadRecord& self, sched::Verdict verdict) {
    const bool granted = carryOut(verdict);
    if (granted && theEngine->running() == self.id)
        return;
    if (granted)
        grantTurn(threadRecordAt(theEngine->running()));
    awaitTurn(self);
}

} // namespace

void startControl(ThreadRecord& mainThread) {
    sched::ControlBlock& block = control();
    const bool replays = block.orders.mode == sched::Mode::replay || block.orders.mode == sched::Mode::follow;
    sched::Strategy* strategy = replays ? makeReplay(block) : makeSampling(block);
    sched::Limits limits;
    limits.steps = block.orders.maxSteps;
    limits.rareEvents = block.orders.rareEvents != 0;
    theEngine = sched::create<sched::Engine>(*strategy, *sched::create<Recorder>(block), limits);
    mainThread.id = theEngine->spawn();
}

void stopControl() {
    sched::destroy(theEngine);
    theEngine = nullptr;
    theReplay = nullptr;
    outsideCalls->clear();
    returned.store(0, std::memory_order_relaxed);
    idle.store(0, std::memory_order_relaxed);
}

void onProgramAccess(sched::OperationKind kind, const volatile void* address, void* caller) {
    ThreadRecord* self = currentThread();
    if (!self || self->depth != 0)
        return;
    ++self->depth;
    reach(*self, operationOn(kind, nullptr, reinterpret_cast<std::uint64_t>(address),
                             reinterpret_cast<std::uint64_t>(caller)));
    --self->depth;
}

sched::Engine& engine() { return *theEngine; }

sched::Operation operationOn(sched::OperationKind kind, sched::Resource* resource, std::uint64_t address,
                             std::uint64_t place, sched::Time deadline) {
    sched::Operation operation;
    operation.kind = kind;
    operation.resource = resource;
    operation.address = address;
    operation.place = place;
    operation.deadline = deadline;
    return operation;
}

sched::Outcome reach(ThreadRecord& self, const sched::Operation& operation) {
    for (;;) {
        collectReturned();
        passTurn(self, theEngine->step(operation));
        const sched::Outcome outcome = theEngine->outcome();
        if (outcome != sched::Outcome::interrupted)
            return outcome;
        runPendingHandlers(self);
        if (isCancellationPoint(operation))
            actOnCancellation(self);
        if (operation.interruptible)
            return sched::Outcome::interrupted;
    }
}

void awaitFirstTurn(ThreadRecord& self) { awaitTurn(self); }

void leaveControl(ThreadRecord& self) {
    collectReturned();
    self.finished.store(true, std::memory_order_release);
    if (carryOut(theEngine->finish()))
        grantTurn(threadRecordAt(theEngine->running()));
}

OutsideCall::OutsideCall(ThreadRecord& self, std::uint64_t place) : self_(self), alone_(theEngine->liveCount() == 1) {
    if (alone_)
        return;
    if (!self.outside) {
        self.outside = sched::create<model::Outside>(reinterpret_cast<std::uint64_t>(&self));
        self.outside->setNumber(self.id);
        outsideCalls->push(self.outside);
    }
    self.outside->leave();
    outsideCallsUnderWay.fetch_add(1, std::memory_order_seq_cst);
    self.isOutside = true;
    sched::Operation operation = operationOn(sched::OperationKind::outside, self.outside, 0, place);
    operation.external = true;
    collectReturned();
    if (carryOut(theEngine->step(operation)))
        grantTurn(threadRecordAt(theEngine->running()));
}

OutsideCall::~OutsideCall() {
    if (alone_)
        return;
    self_.outside->comeBack();
    outsideCallsUnderWay.fetch_sub(1, std::memory_order_seq_cst);
    returned.fetch_add(1, std::memory_order_seq_cst);
    if (idle.exchange(0) == 1) {
        collectReturned();
        if (carryOut(theEngine->resume()))
            grantTurn(threadRecordAt(theEngine->running()));
    }
    awaitTurn(self_);
    self_.isOutside = false;
}

void reportUnsupported(const char* what) {
    static constinit sched::Permanent<sched::Vector<const char*>> known;
    if (known->contains(what))
        return;
    known->push(what);
    sched::JsonWriter record;
    record.text("record", "unsupported");
    record.text("what", what);
    record.finish();
    submitNotice(record);
}

} // namespace deadheat::intercept
