// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/strategies/dependence.h"
#include "runtime/strategies/strategies.h"
#include "tests/runtime/simulated_program.h"

#include <gtest/gtest.h>
#include <set>

namespace deadheat::test {
namespace {

using sched::Verdict;

/// Keeps the decisions as the runtime does.
class Recorder final : public sched::DecisionObserver {
public:
    static const sched::ObserverFunctions kFunctions;

    Recorder() : DecisionObserver(kFunctions), runs(100'000) {}
    void decided(const sched::ThreadView& thread, sched::Outcome outcome, std::uint64_t) {
        used = sched::appendStep(runs.data(), used, thread.id, outcome);
    }
    void picked(std::uint32_t value) { picks.push_back(value); }
    strategies::Recording recording() const { return {runs.data(), used, picks.data(), picks.size()}; }

    std::vector<sched::Run> runs;
    std::size_t used = 0;
    std::vector<std::uint32_t> picks;
};

DEADHEAT_FUNCTIONS const sched::ObserverFunctions Recorder::kFunctions = sched::functionsOfObserver<Recorder>();

const ProgramCode kTwoSections = {
    {{Do::lock, 0}, {Do::access, 0}, {Do::unlock, 0}, {Do::lock, 0}, {Do::access, 0}, {Do::unlock, 0}},
    {{Do::lock, 0}, {Do::access, 0}, {Do::unlock, 0}, {Do::sleep, 1}, {Do::access, 1}}};

TEST(Strategies, UnknownNamesGiveNone) { EXPECT_EQ(strategies::makeStrategy("fifo", {}), nullptr); }

TEST(Strategies, ReplayRepeatsEveryRecordedRun) {
    for (const char* name : {"random", "pct", "pos", "surw", "round-robin"})
        for (unsigned number = 0; number < 50; ++number) {
            useHeap();
            sched::Strategy* strategy = strategies::makeStrategy(name, {});
            strategy->begin(3, number, {});
            Recorder recorder;
            const Trace original = simulate(kTwoSections, 1, 0, *strategy, &recorder);
            strategies::Replay replay(recorder.recording(), true);
            const Trace again = simulate(kTwoSections, 1, 0, replay);
            EXPECT_EQ(original.threads, again.threads) << name << " " << number;
            EXPECT_EQ(original.outcomes, again.outcomes) << name << " " << number;
            EXPECT_EQ(replay.divergedStep(), strategies::Replay::kNoDivergence);
        }
}

/// Did the first thread's sleep end before the second thread did?
bool overtakes(const Trace& trace) {
    const auto timedOut = std::find(trace.outcomes.begin(), trace.outcomes.end(), sched::Outcome::timedOut);
    return std::find(trace.threads.begin() + (timedOut - trace.outcomes.begin()), trace.threads.end(), 1u) !=
           trace.threads.end();
}

TEST(Strategies, ReplayRepeatsOvertakings) {
    const ProgramCode code = {{{Do::sleep, 1'000'000}, {Do::access, 0, 1}}, {{Do::access, 1}, {Do::access, 0, 2}}};
    unsigned overtakings = 0;
    for (unsigned number = 0; number < 50; ++number) {
        useHeap();
        sched::Strategy* strategy = strategies::makeStrategy("confirm", {});
        strategy->begin(3, number, {});
        Recorder recorder;
        const Trace original = simulate(code, 0, 0, *strategy, &recorder, {.rareEvents = false});
        strategies::Replay replay(recorder.recording(), true);
        const Trace again = simulate(code, 0, 0, replay);
        EXPECT_EQ(original.threads, again.threads) << number;
        EXPECT_EQ(original.outcomes, again.outcomes) << number;
        EXPECT_EQ(replay.divergedStep(), strategies::Replay::kNoDivergence);
        overtakings += overtakes(original);
    }
    EXPECT_GT(overtakings, 10u);
}

TEST(Strategies, StrictReplayNamesTheFirstStepThatDiffers) {
    sched::Run runs[2] = {};
    runs[0].thread = 0;
    runs[0].count = 2;
    runs[1].thread = 7; // there is no such thread
    runs[1].count = 1;
    strategies::Replay replay({runs, 2, nullptr, 0}, true);
    const Trace trace = simulate(kTwoSections, 1, 0, replay);
    EXPECT_EQ(replay.divergedStep(), 3u);
    EXPECT_EQ(trace.verdict, Verdict::finished);
}

TEST(Strategies, LenientReplaySkipsWhatCannotBeFollowed) {
    sched::Run runs[3] = {};
    runs[0].thread = 7;
    runs[0].count = 5;
    runs[1].thread = 1;
    runs[1].count = 4;
    runs[2].thread = 0;
    runs[2].count = 1;
    strategies::Replay replay({runs, 3, nullptr, 0}, false);
    const Trace trace = simulate(kTwoSections, 1, 0, replay);
    EXPECT_EQ(replay.divergedStep(), strategies::Replay::kNoDivergence);
    EXPECT_EQ(std::vector<unsigned>(trace.threads.begin(), trace.threads.begin() + 4),
              (std::vector<unsigned>{1, 1, 1, 1}));
    EXPECT_EQ(trace.verdict, Verdict::finished);
}

struct Search {
    std::set<std::vector<unsigned>> orders;
    std::size_t schedules = 0;
    std::size_t deadlocks = 0;
};

Search exhaust(const ProgramCode& code, unsigned bound) {
    std::vector<char> storage(1 << 16, 0);
    strategies::Options options;
    options.bound = bound;
    options.storage = storage.data();
    options.storageBytes = storage.size();
    Search search;
    for (;; ++search.schedules) {
        useHeap();
        sched::Strategy* strategy = strategies::makeStrategy("exhaustive", options);
        if (!strategy->begin(0, search.schedules, {}))
            return search;
        const Trace trace = simulate(code, 2, 0, *strategy);
        search.orders.insert(trace.threads);
        search.deadlocks += trace.verdict == Verdict::deadlock;
    }
}

TEST(Strategies, SignalsDependOnWhateverTheirTargetDoes) {
    sched::Operation signal, lock, elsewhere;
    signal.kind = sched::OperationKind::signalSend;
    lock.kind = elsewhere.kind = sched::OperationKind::lock;
    lock.address = 1;
    elsewhere.address = 2;
    EXPECT_TRUE(strategies::dependent(signal, lock));
    EXPECT_FALSE(strategies::dependent(elsewhere, lock));
}

TEST(Strategies, PartialOrderSamplingTakesAStretchOnTheOwnStackForOneStep) {
    useHeap();
    ThreadCode late(500, {Do::accessOwnStack});
    late.push_back({Do::access, 0});
    unsigned overtakes = 0;
    for (unsigned number = 0; number < 300; ++number) {
        sched::Strategy* strategy = strategies::makeStrategy("pos", {});
        strategy->begin(1, number, {});
        const Trace trace = simulate({{{Do::access, 0}, {Do::access, 1}}, late}, 0, 0, *strategy);
        overtakes += trace.threads.back() == 0;
    }
    EXPECT_GT(overtakes, 300u / 8);
    EXPECT_LT(overtakes, 300u * 7 / 8);
}

TEST(Strategies, ExhaustiveSeesEveryOrderOfDependentStepsOnce) {
    // Two threads, two writes each to one variable: 4!/(2!2!) = 6 orders (a thread's first step, its start, is free).
    const ProgramCode code = {{{Do::access, 0}, {Do::access, 0}}, {{Do::access, 0}, {Do::access, 0}}};
    const Search all = exhaust(code, 100);
    EXPECT_EQ(all.orders.size(), all.schedules) << "a schedule was explored twice";
    EXPECT_GE(all.schedules, 6u);
    EXPECT_LE(all.schedules, 10u) << "5!/(3!2!) orders with the start";
}

TEST(Strategies, ExhaustiveSkipsOrdersOfIndependentSteps) {
    const ProgramCode dependent = {{{Do::access, 0}, {Do::access, 0}, {Do::access, 0}},
                                   {{Do::access, 0}, {Do::access, 0}, {Do::access, 0}}};
    const ProgramCode independent = {{{Do::access, 0}, {Do::access, 0}, {Do::access, 0}},
                                     {{Do::access, 1}, {Do::access, 1}, {Do::access, 1}}};
    EXPECT_LT(exhaust(independent, 100).schedules, exhaust(dependent, 100).schedules);
}

TEST(Strategies, ExhaustiveFindsTheAbbaAndRespectsItsBound) {
    const ProgramCode code = {{{Do::lock, 0}, {Do::lock, 1}, {Do::unlock, 1}, {Do::unlock, 0}},
                              {{Do::lock, 1}, {Do::lock, 0}, {Do::unlock, 0}, {Do::unlock, 1}}};
    EXPECT_EQ(exhaust(code, 0).deadlocks, 0u);
    EXPECT_GT(exhaust(code, 1).deadlocks, 0u);
    EXPECT_LE(exhaust(code, 1).schedules, exhaust(code, 2).schedules);
}

} // namespace
} // namespace deadheat::test
