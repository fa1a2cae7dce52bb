// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How all sampling strategies treat what is possible but rare: a timeout that fires although others can run, a condition
// variable that wakes for no reason. Often enough to find what depends on them, too seldom to drown a run in them.
#pragma once

#include "runtime/sched/random.h"
#include "runtime/sched/strategy.h"

namespace deadheat::strategies {

class RareEvents {
public:
    /// How rare they are is drawn anew for each schedule: some bugs need several, most need none.
    void begin(std::uint64_t seed, std::uint64_t number) {
        random_ = sched::Random(seed ^ kOwnSeed, number);
        oneIn_ = std::uint64_t{4} << (2 * random_.below(kRates));
    }

    /// The index of a rare event to take at this step, or choice.count for none.
    std::size_t draw(const sched::Choice& choice) {
        const std::size_t rare = choice.count - choice.regular;
        if (rare == 0 || !random_.oneIn(oneIn_))
            return choice.count;
        return choice.regular + static_cast<std::size_t>(random_.below(rare));
    }

    /// None for every other thread: what it costs to go on is lost when it spins.
    std::uint32_t drawUnheededYields() {
        return random_.oneIn(2) ? 0 : std::uint32_t{4} << (2 * random_.below(kUnheeded));
    }

private:
    static constexpr std::uint64_t kUnheeded = 3;                 ///< 4, 16, 64
    static constexpr std::uint64_t kOwnSeed = 0x7261726572617265; ///< apart from the numbers of the strategy itself
    static constexpr std::uint64_t kRates = 4;                    ///< 1/4, 1/16, 1/64, 1/256
    sched::Random random_;
    std::uint64_t oneIn_ = 64;
};

/// The index of the thread that performed the last step, or choice.regular when it cannot go on.
inline std::size_t indexOfRunning(const sched::Choice& choice) {
    std::size_t i = 0;
    while (i < choice.regular && choice.candidates[i].thread->id != choice.running)
        ++i;
    return i;
}

} // namespace deadheat::strategies
