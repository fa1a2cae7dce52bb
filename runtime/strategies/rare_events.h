// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How all sampling strategies treat what is possible but rare: a timeout that fires although others can run, a condition
// variable that wakes for no reason. Often enough to find what depends on them, too seldom to drown a run in them.
#pragma once

#include "runtime/sched/random.h"
#include "runtime/sched/strategy.h"

namespace deadheat::strategies {

inline constexpr std::uint64_t kRareEventOneIn = 48;

/// The index of a rare event to take at this step, or choice.count for none.
inline std::size_t drawRareEvent(const sched::Choice& choice, sched::Random& random) {
    const std::size_t rare = choice.count - choice.regular;
    if (rare == 0 || !random.oneIn(kRareEventOneIn))
        return choice.count;
    return choice.regular + static_cast<std::size_t>(random.below(rare));
}

/// The index of the thread that performed the last step, or choice.regular when it cannot go on.
inline std::size_t indexOfRunning(const sched::Choice& choice) {
    std::size_t i = 0;
    while (i < choice.regular && choice.candidates[i].thread->id != choice.running)
        ++i;
    return i;
}

} // namespace deadheat::strategies
