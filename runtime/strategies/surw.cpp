// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uniform random walk: the next thread is drawn with a weight of the steps it still has to perform, which makes every
// interleaving of independent threads equally likely; a plain random walk favours those in which short threads end early
// (the weighting of SURW: "Selectively uniform concurrency testing", ASPLOS 2025). The remaining steps are estimated from
// a profiling run; without one this is a random walk. Deviation from the paper: all operations count, none are selected,
// and a thread that is not started yet adds nothing to its creator's weight.
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

class UniformWalk final : public sched::StrategyOf<UniformWalk> {
public:
    static const sched::StrategyFunctions kFunctions;

    bool begin(std::uint64_t seed, std::uint64_t number, const sched::Profile& profile) {
        random_ = sched::Random(seed, number);
        rareEvents_.begin(seed, number);
        profile_ = profile;
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        if (choice.count == 1)
            return 0;
        if (const std::size_t rare = rareEvents_.draw(choice); rare < choice.count)
            return rare;
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < choice.regular; ++i)
            total += weightOf(*choice.candidates[i].thread);
        std::uint64_t drawn = random_.below(total);
        std::size_t i = 0;
        for (std::uint64_t weight; drawn >= (weight = weightOf(*choice.candidates[i].thread)); ++i)
            drawn -= weight;
        return i;
    }

    std::uint32_t pick(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.below(bound)); }
    std::uint32_t unheededYields() { return rareEvents_.drawUnheededYields(); }

private:
    std::uint64_t weightOf(const sched::ThreadView& thread) const {
        if (thread.id >= profile_.threads || profile_.stepsOfThread[thread.id] <= thread.steps)
            return 1;
        return profile_.stepsOfThread[thread.id] - thread.steps;
    }

    sched::Random random_;
    RareEvents rareEvents_;
    sched::Profile profile_;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions UniformWalk::kFunctions = sched::functionsOfStrategy<UniformWalk>();

} // namespace

sched::Strategy* makeSurw(const Options&) { return sched::create<UniformWalk>(); }

} // namespace deadheat::strategies
