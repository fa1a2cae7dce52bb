// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/strategies/strategies.h"

#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {

DEADHEAT_FUNCTIONS const sched::StrategyFunctions Replay::kFunctions = sched::functionsOfStrategy<Replay>();

std::size_t Replay::choose(const sched::Choice& choice) {
    std::size_t index = choice.count;
    while (run_ < recording_.runCount && !takeStep(choice, index)) {
        if (strict_) {
            if (divergedStep_ == kNoDivergence)
                divergedStep_ = choice.step + 1;
            run_ = recording_.runCount;
        } else {
            skipRun();
        }
    }
    if (index < choice.count)
        return index;
    if (strict_ && divergedStep_ == kNoDivergence) // the recorded run ended here
        divergedStep_ = choice.step + 1;
    const std::size_t running = indexOfRunning(choice);
    return running < choice.regular ? running : 0;
}

bool Replay::takeStep(const sched::Choice& choice, std::size_t& index) {
    const sched::Run& run = recording_.runs[run_];
    for (std::size_t i = 0; i < choice.count; ++i) {
        const sched::Candidate& candidate = choice.candidates[i];
        if (candidate.thread->id != run.thread || static_cast<std::uint32_t>(candidate.outcome) != run.outcome)
            continue;
        index = i;
        if (++usedOfRun_ == run.count)
            skipRun();
        return true;
    }
    return false;
}

void Replay::skipRun() {
    ++run_;
    usedOfRun_ = 0;
}

std::uint32_t Replay::pick(std::uint32_t bound) { return unheededYields() % bound; }

std::uint32_t Replay::unheededYields() { return nextPick_ < recording_.pickCount ? recording_.picks[nextPick_++] : 0; }

} // namespace deadheat::strategies
