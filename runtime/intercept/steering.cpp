// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/steering.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/session.h"
#include "runtime/strategies/strategies.h"

namespace deadheat::intercept {
namespace {

/// Null: the run replays nothing.
DEADHEAT_SHARED sched::Shared<strategies::Replay*> replay;

sched::Strategy* makeReplay(sched::ControlBlock& block) {
    strategies::Recording recording{block.runsToReplay(), block.replayRuns, block.picksToReplay(), block.replayPicks};
    *replay = sched::create<strategies::Replay>(recording, block.orders.mode == sched::Mode::replay);
    return *replay;
}

sched::Strategy* makeSampling(sched::ControlBlock& block) {
    const sched::Orders& orders = block.orders;
    strategies::Options options{orders.depth,
                                orders.bound,
                                orders.switchPercent,
                                block.strategyStorage(),
                                sched::ControlBlock::kStorageBytes,
                                block.targets.aim,
                                &block.targets.encounters};
    sched::Strategy* strategy =
        strategies::makeStrategy(block.profile.running ? "sequential" : orders.strategy, options);
    if (!strategy) {
        complain("unknown strategy ", orders.strategy);
        endProcess(2);
    }
    const sched::Profile profile{block.profile.steps, block.profile.threads, block.profile.stepsOfThread};
    if (!strategy->begin(orders.seed, block.results.schedule.load(std::memory_order_relaxed), profile)) {
        block.results.end = sched::End::exhausted;
        endProcess(0);
    }
    return strategy;
}

} // namespace

sched::Strategy& chooseStrategy() {
    sched::ControlBlock& block = control();
    *replay = nullptr;
    const bool replays = block.orders.mode == sched::Mode::replay || block.orders.mode == sched::Mode::follow;
    return replays ? *makeReplay(block) : *makeSampling(block);
}

void checkReplay() {
    if (!*replay || (*replay)->divergedStep() == strategies::Replay::kNoDivergence ||
        control().orders.mode != sched::Mode::replay)
        return;
    control().results.divergedStep = (*replay)->divergedStep();
    control().results.end = sched::End::diverged;
    endRun(3);
}

} // namespace deadheat::intercept
