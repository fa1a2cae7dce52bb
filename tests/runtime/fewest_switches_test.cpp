// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Minimising without a program: two threads of so many steps that fail when the second one runs at certain steps of the first.
#include "runtime/launch/fewest_switches.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <random>

namespace deadheat::test {
namespace {

using launch::countSwitches;
using Runs = std::vector<sched::Run>;

Runs runsOf(std::initializer_list<std::pair<unsigned, unsigned>> list) {
    Runs runs;
    for (const auto& [thread, count] : list) {
        sched::Run run{};
        run.thread = thread;
        run.count = count & sched::Run::kLongest;
        runs.push_back(run);
    }
    return runs;
}

/// Follows a schedule as a program does: who has ended is passed over, and what is left is done in the end.
class TwoThreads {
public:
    static constexpr unsigned kSteps = 40;

    explicit TwoThreads(unsigned steps = kSteps) : steps_(steps) {}

    Runs follow(const Runs& wanted) {
        Runs performed(2 * std::size_t{steps_});
        std::size_t size = 0;
        unsigned done[2] = {};
        atStep_.assign(steps_ + 1, 0);
        const auto step = [&](unsigned thread) {
            ++done[thread];
            atStep_[done[0]] += thread == 1;
            size = sched::appendStep(performed.data(), size, thread, sched::Outcome::proceed);
        };
        for (const sched::Run& run : wanted)
            for (unsigned i = 0; i < run.count && done[run.thread] < steps_; ++i)
                step(run.thread);
        for (unsigned thread : {0u, 1u})
            while (done[thread] < steps_)
                step(thread);
        performed.resize(size);
        return performed;
    }

    /// Steps of the second thread after so many of the first.
    unsigned stepsAt(unsigned step) const { return atStep_[step]; }
    /// Steps of the second thread before the first made this one.
    unsigned stepsUntil(unsigned step) const { return std::accumulate(atStep_.begin(), atStep_.begin() + step, 0u); }

private:
    unsigned steps_;
    std::vector<unsigned> atStep_;
};

template <typename Fails>
Runs minimise(const Runs& runs, Fails fails, unsigned& attempts) {
    TwoThreads program;
    EXPECT_TRUE(fails((program.follow(runs), program)));
    return launch::fewestSwitches(program.follow(runs), [&](const Runs& candidate) -> std::optional<Runs> {
        ++attempts;
        Runs performed = program.follow(candidate);
        return fails(program) ? std::optional(performed) : std::nullopt;
    });
}

TEST(FewestSwitches, WhatDoesNotMatterIsLeftOut) {
    unsigned attempts = 0;
    const auto fails = [](const TwoThreads& program) { return program.stepsAt(7) > 0; };
    const Runs runs = minimise(runsOf({{0, 2}, {1, 3}, {0, 5}, {1, 4}, {0, 9}, {1, 2}, {0, 3}}), fails, attempts);
    EXPECT_EQ(countSwitches(runs), 2u);
    EXPECT_LT(attempts, 200u);
}

TEST(FewestSwitches, TwoSwitchesBecomeOneAtTheRightStep) {
    // Both stretches of the second thread are needed where they are, or all of it at step 17.
    unsigned attempts = 0;
    const auto fails = [](const TwoThreads& program) {
        return program.stepsAt(17) == TwoThreads::kSteps || (program.stepsAt(14) == 7 && program.stepsAt(32) == 33);
    };
    const Runs runs = minimise(runsOf({{0, 14}, {1, 7}, {0, 18}, {1, 33}, {0, 8}}), fails, attempts);
    EXPECT_EQ(countSwitches(runs), 2u);
    EXPECT_LT(attempts, 400u);
}

unsigned below(std::mt19937& random, unsigned bound) { return static_cast<unsigned>(random() % bound); }

/// Fails when the second thread has done so much at one moment of the first, and so much at a later one.
struct TwoMoments {
    static constexpr unsigned kSteps = 10;
    unsigned moment[2], least[2], most[2];

    explicit TwoMoments(std::mt19937& random) {
        moment[0] = 1 + below(random, kSteps);
        moment[1] = moment[0] + below(random, kSteps + 1 - moment[0]);
        unsigned before = below(random, kSteps);
        for (int i = 0; i < 2; ++i) {
            least[i] = before;
            before = most[i] = before + below(random, 3);
        }
    }
    bool failed(const TwoThreads& program) const {
        for (int i = 0; i < 2; ++i)
            if (const unsigned done = program.stepsUntil(moment[i]); done < least[i] || done > most[i])
                return false;
        return true;
    }
};

/// All schedules with so many switches and these first runs.
bool failsWith(const TwoMoments& bug, Runs& runs, unsigned switches) {
    TwoThreads program(TwoMoments::kSteps);
    if (switches == 0) {
        const Runs performed = program.follow(runs);
        return bug.failed(program) && countSwitches(performed) < runs.size() + 1;
    }
    bool found = false;
    for (unsigned count = 1; count <= TwoMoments::kSteps && !found; ++count) {
        runs.push_back(runsOf({{(runs.back().thread + 1) % 2, count}}).front());
        found = failsWith(bug, runs, switches - 1);
        runs.pop_back();
    }
    return found;
}

std::size_t fewestOfAll(const TwoMoments& bug) {
    for (unsigned switches = 1; switches < 2 * TwoMoments::kSteps; ++switches)
        for (unsigned first : {0u, 1u})
            for (unsigned count = 1; count <= TwoMoments::kSteps; ++count)
                if (Runs runs = runsOf({{first, count}}); failsWith(bug, runs, switches - 1))
                    return switches;
    return 0;
}

/// One that fails, with switches wherever chance wants them; empty when there was none.
Runs anyFailure(const TwoMoments& bug, std::mt19937& random) {
    TwoThreads program(TwoMoments::kSteps);
    for (int attempt = 0; attempt < 300; ++attempt) {
        Runs runs;
        for (unsigned i = 0; i < 2 * TwoMoments::kSteps; ++i)
            runs.push_back(runsOf({{below(random, 2), 1 + below(random, 2)}}).front());
        Runs performed = program.follow(runs);
        if (bug.failed(program))
            return performed;
    }
    return {};
}

TEST(FewestSwitches, AreTheFewestOfAllSchedules) {
    std::mt19937 random(1);
    unsigned bugs = 0, missed = 0;
    while (bugs < 1000) {
        const TwoMoments bug(random);
        const Runs failure = anyFailure(bug, random);
        if (failure.empty())
            continue;
        ++bugs;
        TwoThreads program(TwoMoments::kSteps);
        const Runs fewest = launch::fewestSwitches(failure, [&](const Runs& candidate) -> std::optional<Runs> {
            Runs performed = program.follow(candidate);
            return bug.failed(program) ? std::optional(performed) : std::nullopt;
        });
        missed += countSwitches(fewest) > fewestOfAll(bug);
    }
    EXPECT_EQ(missed, 0u);
}

} // namespace
} // namespace deadheat::test
