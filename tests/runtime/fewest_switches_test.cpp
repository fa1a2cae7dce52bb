// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Minimising without a program: two threads of so many steps that fail when the second one runs at certain steps of the first.
#include "runtime/launch/fewest_switches.h"

#include <gtest/gtest.h>

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

    Runs follow(const Runs& wanted) {
        Runs performed(2 * kSteps);
        std::size_t size = 0;
        unsigned done[2] = {};
        atStep_.assign(kSteps + 1, 0);
        const auto step = [&](unsigned thread) {
            ++done[thread];
            atStep_[done[0]] += thread == 1;
            size = sched::appendStep(performed.data(), size, thread, sched::Outcome::proceed);
        };
        for (const sched::Run& run : wanted)
            for (unsigned i = 0; i < run.count && done[run.thread] < kSteps; ++i)
                step(run.thread);
        for (unsigned thread : {0u, 1u})
            while (done[thread] < kSteps)
                step(thread);
        performed.resize(size);
        return performed;
    }

    /// Steps of the second thread after so many of the first.
    unsigned stepsAt(unsigned step) const { return atStep_[step]; }

private:
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

} // namespace
} // namespace deadheat::test
