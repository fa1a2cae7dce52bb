// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Round robin with a quantum: schedule n gives every thread 2^(n mod 12) steps in turn, starting at step n div 12. No
// randomness: the simplest systematic look at a program, and a good smoke test of a new one.
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

constexpr std::uint64_t kQuanta = 12;

class RoundRobin final : public sched::StrategyOf<RoundRobin> {
public:
    static const sched::StrategyFunctions kFunctions;

    bool begin(std::uint64_t seed, std::uint64_t number, const sched::Profile&) {
        quantum_ = std::uint64_t{1} << (number % kQuanta);
        left_ = (number / kQuanta + seed) % quantum_ + 1;
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        const std::size_t running = indexOfRunning(choice);
        if (running < choice.regular && --left_ > 0)
            return running;
        left_ = quantum_;
        std::size_t next = 0;
        while (next < choice.regular && choice.candidates[next].thread->id <= choice.running)
            ++next;
        return next < choice.regular ? next : 0;
    }

private:
    std::uint64_t quantum_ = 1;
    std::uint64_t left_ = 1;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions RoundRobin::kFunctions = sched::functionsOfStrategy<RoundRobin>();

} // namespace

sched::Strategy* makeRoundRobin(const Options&) { return sched::create<RoundRobin>(); }

} // namespace deadheat::strategies
