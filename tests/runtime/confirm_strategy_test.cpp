// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/strategies/strategies.h"
#include "tests/runtime/simulated_program.h"

#include <gtest/gtest.h>
#include <string>

namespace deadheat::test {
namespace {

using sched::Verdict;

constexpr unsigned kSchedules = 100;
constexpr Instruction kElsewhere{Do::access, 9};

struct Counts {
    unsigned together = 0; ///< schedules in which the two targets were performed one right after the other
    unsigned deadlocks = 0;
    unsigned others = 0; ///< that did not finish otherwise
    sched::Encounters encounters;
};

/// Were two steps in a row by different threads on targets?
bool areTogether(const ProgramCode& code, const Trace& trace) {
    std::vector<std::size_t> next(code.size(), 0);
    std::vector<bool> started(code.size(), false);
    started[0] = true;
    unsigned before = 0;
    unsigned by = 0;
    for (const unsigned thread : trace.threads) {
        const unsigned targets = started[thread] ? code[thread][next[thread]++].targets : 0;
        if (before && targets && by != thread)
            return true;
        started[thread] = true;
        before = targets;
        by = thread;
    }
    return false;
}

Counts count(const char* name, sched::Aim aim, const ProgramCode& code, const sched::Limits& limits = {}) {
    Counts counts;
    for (unsigned number = 0; number < kSchedules; ++number) {
        useHeap();
        strategies::Options options;
        options.aim = aim;
        options.encounters = &counts.encounters;
        sched::Strategy* strategy = strategies::makeStrategy(name, options);
        strategy->begin(1, number, {});
        const Trace trace = simulate(code, 3, 1, *strategy, nullptr, limits);
        counts.together += areTogether(code, trace);
        counts.deadlocks += trace.verdict == Verdict::deadlock;
        counts.others += trace.verdict != Verdict::deadlock && trace.verdict != Verdict::finished;
    }
    return counts;
}

ThreadCode after(unsigned steps, ThreadCode code) {
    code.insert(code.begin(), steps, kElsewhere);
    return code;
}

TEST(Confirm, BringsTheAccessesOfARaceTogether) {
    const ProgramCode code = {after(40, {{Do::access, 0, 1}}), {{Do::access, 0, 2}, {Do::access, 1}}};
    EXPECT_EQ(count("confirm", sched::Aim::race, code).together, kSchedules);
    EXPECT_LT(count("random", sched::Aim::race, code).together, kSchedules / 2);
}

TEST(Confirm, LetsThreadsMeetOnOneObjectOnly) {
    const ProgramCode code = {after(40, {{Do::access, 0, 1}}), {{Do::access, 1, 2}}};
    const Counts counts = count("confirm", sched::Aim::race, code);
    EXPECT_GT(counts.encounters.together, 0u);
    EXPECT_EQ(counts.encounters.onOneObject, 0u);
    const ProgramCode reads = {after(40, {{Do::read, 0, 1}}), {{Do::read, 0, 2}}};
    EXPECT_EQ(count("confirm", sched::Aim::race, reads).encounters.onOneObject, 0u);
}

TEST(Confirm, TwoThreadsOnOneLineAreASideEach) {
    const ProgramCode code = {after(40, {{Do::access, 0, 3}}), {{Do::access, 0, 3}}};
    EXPECT_EQ(count("confirm", sched::Aim::race, code).together, kSchedules);
}

TEST(Confirm, GoesOnWhenTheSidesExcludeEachOther) {
    const ThreadCode section = {{Do::lock, 0}, {Do::access, 0, 3}, {Do::unlock, 0}};
    const Counts counts = count("confirm", sched::Aim::race, {section, section, section});
    EXPECT_EQ(counts.together, 0u);
    EXPECT_EQ(counts.deadlocks + counts.others, 0u);
}

TEST(Confirm, GoesOnWhenTheOtherSideNeverComes) {
    const ProgramCode code = {after(300, {{Do::access, 0, 1}, {Do::join, 1}}), after(300, {{Do::access, 1}})};
    const Counts counts = count("confirm", sched::Aim::race, code);
    EXPECT_EQ(counts.deadlocks + counts.others, 0u);
}

TEST(Confirm, LetsASleeperComeToTheMeeting) {
    const ProgramCode code = {{{Do::sleep, 5}, {Do::access, 0, 1}}, {{Do::access, 0, 2}}};
    EXPECT_GT(count("confirm", sched::Aim::race, code).together, kSchedules / 4);
}

constexpr sched::Limits kNoRareEvents{.rareEvents = false};

TEST(Confirm, OvertakesASleeperWithoutRareEvents) {
    const ProgramCode code = {{{Do::sleep, 1'000'000}, {Do::sleep, 5}, {Do::access, 0, 1}},
                              after(3, {{Do::access, 0, 2}})};
    EXPECT_GT(count("confirm", sched::Aim::race, code, kNoRareEvents).together, kSchedules / 4);
    EXPECT_EQ(count("random", sched::Aim::race, code, kNoRareEvents).together, 0u);
}

/// Steps of sleepers whose time had passed, until the main thread ended.
std::size_t overtakingsOfMain(const Trace& trace) {
    std::size_t count = 0, untilMain = 0;
    for (std::size_t i = 0; i < trace.threads.size(); ++i) {
        count += trace.outcomes[i] == sched::Outcome::timedOut;
        if (trace.threads[i] == 0)
            untilMain = count;
    }
    return untilMain;
}

TEST(Confirm, LetsAHeldThreadGoOnWhereTheOthersSleepAgainAndAgain) {
    const ProgramCode code = {ThreadCode(200, {Do::access, 0, 1}), ThreadCode(20'000, {Do::sleep, 1})};
    std::size_t most = 0;
    for (unsigned number = 0; number < kSchedules; ++number) {
        useHeap();
        sched::Strategy* strategy = strategies::makeStrategy("confirm", {});
        strategy->begin(1, number, {});
        most = std::max(most, overtakingsOfMain(simulate(code, 0, 0, *strategy, nullptr, kNoRareEvents)));
    }
    EXPECT_EQ(most, 1000u);
}

TEST(Confirm, ClosesCyclesOfLocks) {
    const ThreadCode ab = {{Do::lock, 0}, {Do::lock, 1, 1}, {Do::unlock, 1}, {Do::unlock, 0}};
    const ThreadCode ba = {{Do::lock, 1}, {Do::lock, 0, 2}, {Do::unlock, 0}, {Do::unlock, 1}};
    EXPECT_GT(count("confirm", sched::Aim::cycle, {after(60, ab), ba}).deadlocks, kSchedules * 9 / 10);
    EXPECT_LT(count("random", sched::Aim::cycle, {after(60, ab), ba}).deadlocks, kSchedules / 4);
}

TEST(Confirm, ClosesCyclesOfThree) {
    ProgramCode code;
    for (unsigned i = 0; i < 3; ++i)
        code.push_back(after(
            20 * i, {{Do::lock, i}, {Do::lock, (i + 1) % 3, 1u << i}, {Do::unlock, (i + 1) % 3}, {Do::unlock, i}}));
    EXPECT_GT(count("confirm", sched::Aim::cycle, code).deadlocks, kSchedules * 9 / 10);
    EXPECT_LT(count("random", sched::Aim::cycle, code).deadlocks, kSchedules / 4);
}

TEST(Confirm, AGateLockKeepsTheCycleOpen) {
    const ThreadCode ab = {{Do::lock, 2},   {Do::lock, 0},   {Do::lock, 1, 1},
                           {Do::unlock, 1}, {Do::unlock, 0}, {Do::unlock, 2}};
    const ThreadCode ba = {{Do::lock, 2},   {Do::lock, 1},   {Do::lock, 0, 2},
                           {Do::unlock, 0}, {Do::unlock, 1}, {Do::unlock, 2}};
    const Counts counts = count("confirm", sched::Aim::cycle, {ab, ba});
    EXPECT_EQ(counts.deadlocks + counts.others, 0u);
}

TEST(Confirm, EqualSeedsGiveEqualSchedules) {
    const ProgramCode code = {after(40, {{Do::access, 0, 1}}), {{Do::access, 0, 2}}, after(10, {{Do::access, 0, 3}})};
    for (unsigned number = 0; number < kSchedules; ++number) {
        Trace traces[2];
        for (Trace& trace : traces) {
            useHeap();
            sched::Strategy* strategy = strategies::makeStrategy("confirm", {});
            strategy->begin(7, number, {});
            trace = simulate(code, 0, 0, *strategy);
        }
        EXPECT_EQ(traces[0].threads, traces[1].threads);
    }
}

} // namespace
} // namespace deadheat::test
