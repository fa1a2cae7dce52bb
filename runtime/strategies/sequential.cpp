// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The running thread goes on as long as it can, then the one with the lowest number: one schedule without a preemption.
// The profiling run of the other strategies.
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

class Sequential final : public sched::StrategyOf<Sequential> {
public:
    static const sched::StrategyFunctions kFunctions;

    std::size_t choose(const sched::Choice& choice) {
        const std::size_t running = indexOfRunning(choice);
        return running < choice.regular ? running : 0;
    }
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions Sequential::kFunctions = sched::functionsOfStrategy<Sequential>();

} // namespace

sched::Strategy* makeSequential(const Options&) { return sched::create<Sequential>(); }

} // namespace deadheat::strategies
