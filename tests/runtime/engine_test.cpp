// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The engine without threads: hand-written programs, and properties over random ones.
#include "runtime/strategies/strategies.h"
#include "tests/runtime/simulated_program.h"

#include <gtest/gtest.h>
#include <random>

namespace deadheat::test {
namespace {

using sched::Verdict;

constexpr unsigned kMutexes = 3;
constexpr unsigned kSemaphores = 2;
const char* const kSampling[] = {"random", "pct", "pos", "surw", "round-robin", "sequential"};

sched::Strategy& strategyFor(const char* name, std::uint64_t seed, std::uint64_t number = 0) {
    useHeap();
    sched::Strategy* strategy = strategies::makeStrategy(name, {});
    strategy->begin(seed, number, {});
    return *strategy;
}

/// Critical sections, nested at random and not always closed, semaphores, sleeps, joins of later threads.
ProgramCode randomProgram(std::mt19937& random) {
    const unsigned threads = 2 + random() % 4;
    ProgramCode code(threads);
    for (unsigned t = 0; t < threads; ++t) {
        std::vector<unsigned> held;
        const unsigned length = 1 + random() % 8;
        for (unsigned i = 0; i < length; ++i) {
            const unsigned mutex = random() % kMutexes;
            const bool holds = std::find(held.begin(), held.end(), mutex) != held.end();
            switch (random() % 8) {
            case 0:
            case 1:
                if (!holds || random() % 8 == 0) {
                    code[t].push_back({Do::lock, mutex});
                    held.push_back(mutex);
                }
                break;
            case 2:
            case 3:
                if (!held.empty()) {
                    code[t].push_back({Do::unlock, held.back()});
                    held.pop_back();
                }
                break;
            case 4:
                code[t].push_back({random() % 3 ? Do::post : Do::wait, static_cast<unsigned>(random() % kSemaphores)});
                break;
            case 5:
                code[t].push_back({random() % 2 ? Do::sleep : Do::yield, static_cast<unsigned>(random() % 5)});
                break;
            case 6:
                if (t + 1 < threads)
                    code[t].push_back({Do::join, t + 1});
                break;
            default: code[t].push_back({Do::access, static_cast<unsigned>(random() % 2)});
            }
        }
        for (; !held.empty() && random() % 4 != 0; held.pop_back())
            code[t].push_back({Do::unlock, held.back()});
    }
    return code;
}

Reference stateAt(const ProgramCode& code, const Trace& trace) {
    Reference state(code, kMutexes, kSemaphores);
    std::vector<bool> started(code.size(), false);
    started[0] = true;
    for (const unsigned thread : trace.threads) {
        if (started[thread])
            state.step(thread);
        started[thread] = true;
    }
    return state;
}

/// Runs everything that can still run to its end: threads of a real cycle are not among it. (Greedy is enough: running
/// more can only release more.)
bool cycleIsReal(const ProgramCode& code, const Trace& trace) {
    Reference state = stateAt(code, trace);
    for (bool moved = true; moved;) {
        moved = false;
        for (unsigned t = 0; t < code.size(); ++t)
            while (std::find(trace.cycle.begin(), trace.cycle.end(), t) == trace.cycle.end() && state.mayStep(t)) {
                state.step(t);
                moved = true;
            }
    }
    return std::none_of(trace.cycle.begin(), trace.cycle.end(), [&](unsigned t) { return state.mayStep(t); });
}

TEST(Engine, RandomProgramsObeyTheReferenceUnderEveryStrategy) {
    std::mt19937 random(20240611);
    unsigned deadlocks = 0, ends = 0;
    for (unsigned i = 0; i < 3000; ++i) {
        const ProgramCode code = randomProgram(random);
        for (const char* name : kSampling) {
            const Trace trace = simulate(code, kMutexes, kSemaphores, strategyFor(name, 7, i));
            ASSERT_FALSE(trace.violation) << "program " << i << " under " << name << ": a step that could not proceed";
            const Reference state = stateAt(code, trace);
            if (trace.verdict == Verdict::finished) {
                ++ends;
                for (unsigned t = 0; t < code.size(); ++t)
                    ASSERT_TRUE(state.finished(t)) << "program " << i << " under " << name;
            } else {
                ASSERT_EQ(trace.verdict, Verdict::deadlock) << "program " << i << " under " << name;
                ++deadlocks;
                if (trace.cycle.empty())
                    ASSERT_FALSE(state.anyMayStep()) << "program " << i << " under " << name << ": not stuck";
                else
                    ASSERT_TRUE(cycleIsReal(code, trace)) << "program " << i << " under " << name << ": no cycle";
            }
        }
    }
    EXPECT_GT(deadlocks, 100u);
    EXPECT_GT(ends, 100u);
}

TEST(Engine, EqualSeedsGiveEqualRunsAndSeedsDiffer) {
    std::mt19937 random(5);
    unsigned different = 0;
    for (unsigned i = 0; i < 200; ++i) {
        const ProgramCode code = randomProgram(random);
        for (const char* name : {"random", "pct", "pos", "surw"}) {
            const Trace a = simulate(code, kMutexes, kSemaphores, strategyFor(name, 1, i));
            const Trace b = simulate(code, kMutexes, kSemaphores, strategyFor(name, 1, i));
            const Trace c = simulate(code, kMutexes, kSemaphores, strategyFor(name, 2, i));
            ASSERT_EQ(a.threads, b.threads);
            ASSERT_EQ(a.outcomes, b.outcomes);
            different += a.threads != c.threads;
        }
    }
    EXPECT_GT(different, 100u);
}

TEST(Engine, AbbaIsReportedAsTheCycleItIs) {
    const ProgramCode code = {{{Do::lock, 0}, {Do::access, 0}, {Do::lock, 1}, {Do::unlock, 1}, {Do::unlock, 0}},
                              {{Do::lock, 1}, {Do::access, 0}, {Do::lock, 0}, {Do::unlock, 0}, {Do::unlock, 1}}};
    unsigned deadlocks = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        const Trace trace = simulate(code, 2, 0, strategyFor("random", seed));
        if (trace.verdict != Verdict::deadlock)
            continue;
        ++deadlocks;
        EXPECT_EQ(trace.cycle.size(), 2u) << "seed " << seed;
    }
    EXPECT_GT(deadlocks, 10u);
}

TEST(Engine, RelockingAMutexIsACycleOfOne) {
    const Trace trace = simulate({{{Do::lock, 0}, {Do::lock, 0}}}, 1, 0, strategyFor("random", 1));
    EXPECT_EQ(trace.verdict, Verdict::deadlock);
    EXPECT_EQ(trace.cycle, std::vector<unsigned>{0});
}

TEST(Engine, AMutexOfAThreadThatEndedIsADeadlockAtOnce) {
    // Thread 2 could go on for ever; the report must not wait for it.
    ThreadCode busy(1000, {Do::access, 0});
    const ProgramCode code = {{{Do::join, 1}, {Do::lock, 0}}, {{Do::lock, 0}}, busy};
    const Trace trace = simulate(code, 1, 0, strategyFor("sequential", 1));
    EXPECT_EQ(trace.verdict, Verdict::deadlock);
    EXPECT_EQ(trace.cycle, std::vector<unsigned>{0});
    EXPECT_LT(trace.position[2], busy.size());
}

TEST(Engine, ASleeperDoesNotDeadlockAndWakesWhenNobodyElseRuns) {
    const Trace trace =
        simulate({{{Do::sleep, 4}, {Do::post, 0}}, {{Do::wait, 0}}}, 0, 1, strategyFor("sequential", 1));
    EXPECT_EQ(trace.verdict, Verdict::finished);
    EXPECT_EQ(std::count(trace.outcomes.begin(), trace.outcomes.end(), sched::Outcome::timedOut), 1);
}

TEST(Engine, ARareTimeoutComesBeforeItsTimeUnlessForbidden) {
    ThreadCode busy(400, {Do::access, 0});
    const ProgramCode code = {{{Do::sleep, 4'000'000}, {Do::access, 0}}, busy};
    auto wokeEarly = [&](bool allowed) {
        unsigned early = 0;
        for (unsigned seed = 0; seed < 50; ++seed) {
            sched::Limits limits;
            limits.rareEvents = allowed;
            const Trace trace = simulate(code, 0, 0, strategyFor("random", seed), nullptr, limits);
            const auto woke = std::find(trace.outcomes.begin(), trace.outcomes.end(), sched::Outcome::timedOut);
            early += std::count(trace.threads.begin() + (woke - trace.outcomes.begin()), trace.threads.end(), 1u) > 0;
        }
        return early;
    };
    EXPECT_GT(wokeEarly(true), 25u);
    EXPECT_EQ(wokeEarly(false), 0u);
}

/// Lets the main thread wait for all others, sleeping or not, if it may.
class MainLast final : public sched::StrategyOf<MainLast> {
public:
    static const sched::StrategyFunctions kFunctions;

    explicit MainLast(bool asks) : StrategyOf(asks) {}
    std::size_t choose(const sched::Choice& choice) {
        extra_ += choice.count - choice.regular;
        overtakings_ += choice.overtaking;
        return choice.regular == 1 && choice.overtaking ? 1 : choice.regular - 1;
    }

    std::size_t extra() const { return extra_; }             ///< candidates shown that cannot proceed
    std::size_t overtakings() const { return overtakings_; } ///< choices in which one was a sleeper to overtake

private:
    std::size_t extra_ = 0;
    std::size_t overtakings_ = 0;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions MainLast::kFunctions = sched::functionsOfStrategy<MainLast>();

const ProgramCode kTwoSleepers = {
    {{Do::access, 0}}, {{Do::sleep, 20}, {Do::access, 1}}, {{Do::sleep, 10}, {Do::access, 2}}};

TEST(Engine, OvertakenSleepersWakeOneByOneInTheOrderOfTheirDeadlines) {
    useHeap();
    MainLast strategy(true);
    const Trace trace = simulate(kTwoSleepers, 0, 0, strategy, nullptr, {.rareEvents = false});
    EXPECT_EQ(trace.threads, (std::vector<unsigned>{2, 1, 2, 2, 1, 1, 0}));
    EXPECT_EQ(trace.outcomes[2], sched::Outcome::timedOut);
    EXPECT_EQ(trace.outcomes[4], sched::Outcome::timedOut);
    EXPECT_GT(strategy.overtakings(), 0u);
    EXPECT_EQ(strategy.extra(), strategy.overtakings());
}

TEST(Engine, SleepersAreShownOnlyToWhoAsksAndOnlyWithoutRareEvents) {
    useHeap();
    MainLast quiet(false);
    EXPECT_EQ(simulate(kTwoSleepers, 0, 0, quiet, nullptr, {.rareEvents = false}).threads,
              (std::vector<unsigned>{2, 1, 0, 2, 2, 1, 1}));
    EXPECT_EQ(quiet.extra(), 0u);
    MainLast asking(true);
    simulate(kTwoSleepers, 0, 0, asking);
    EXPECT_GT(asking.extra(), 0u);
    EXPECT_EQ(asking.overtakings(), 0u);
}

/// Takes what is possible but rare whenever it may, and lets the last thread wait.
class RareFirst final : public sched::StrategyOf<RareFirst> {
public:
    static const sched::StrategyFunctions kFunctions;

    std::size_t choose(const sched::Choice& choice) { return choice.count > choice.regular ? choice.regular : 0; }
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions RareFirst::kFunctions = sched::functionsOfStrategy<RareFirst>();

TEST(Engine, AThreadThatCanRunIsChosenThoughOthersTimeOutEarly) {
    useHeap();
    RareFirst strategy;
    const ThreadCode timer(10'000, {Do::sleep, 1'000'000});
    const Trace trace = simulate({timer, {{Do::access, 0}}}, 0, 0, strategy);
    const auto chosen = std::find(trace.threads.begin(), trace.threads.end(), 1u);
    EXPECT_GT(chosen - trace.threads.begin(), 16) << "early timeouts are possible while another thread can run";
    EXPECT_LT(chosen - trace.threads.begin(), 100);
}

TEST(Engine, EveryThreadThatCanRunIsChosenThoughOthersSpin) {
    // Two threads yield without end; the third needs 300 steps.
    const ThreadCode spinning(100'000, {Do::yield, 0});
    const ThreadCode working(300, {Do::access, 0});
    for (const char* name : {"random", "pct", "pos", "surw", "round-robin"})
        for (unsigned seed = 0; seed < 20; ++seed) {
            const Trace trace = simulate({spinning, spinning, working}, 0, 0, strategyFor(name, seed));
            std::size_t last = 0;
            for (std::size_t i = 0; i < trace.threads.size(); ++i)
                if (trace.threads[i] == 2)
                    last = i;
            EXPECT_LT(last, 20'000u) << name << " seed " << seed << " starves a thread that can run";
        }
}

TEST(Engine, ThreadsThatOnlySpinAreALivelock) {
    const ThreadCode spinning(10'000'000, {Do::yield, 0});
    const Trace trace = simulate({spinning, spinning}, 0, 0, strategyFor("random", 1));
    EXPECT_EQ(trace.verdict, Verdict::livelock);
    EXPECT_LT(trace.threads.size(), 100'000u);
}

TEST(Engine, ReadingMuchIsNotALivelock) {
    ThreadCode scan;
    for (unsigned i = 0; i < 300'000; ++i)
        scan.push_back({Do::read, i});
    const Trace trace = simulate({scan, scan}, 0, 0, strategyFor("random", 1));
    EXPECT_EQ(trace.verdict, Verdict::finished);
}

TEST(Engine, ReadingTheSameForEverIsALivelock) {
    const ThreadCode spin(2'000'000, {Do::read, 1});
    for (const char* name : kSampling) {
        const Trace trace = simulate({spin, spin}, 0, 0, strategyFor(name, 1));
        EXPECT_EQ(trace.verdict, Verdict::livelock) << name;
        EXPECT_LT(trace.threads.size(), 500'000u) << name;
    }
}

TEST(Engine, TheStepLimitEndsARun) {
    const ThreadCode busy(10'000, {Do::access, 0});
    sched::Limits limits;
    limits.steps = 1000;
    const Trace trace = simulate({busy, busy}, 0, 0, strategyFor("random", 1), nullptr, limits);
    EXPECT_EQ(trace.verdict, Verdict::livelock);
    EXPECT_LE(trace.threads.size(), 1000u);
}

} // namespace
} // namespace deadheat::test
