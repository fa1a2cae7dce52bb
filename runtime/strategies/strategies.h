// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The strategies by name. One file each; strategies.def lists them.
#pragma once

#include "runtime/sched/control_block.h"
#include "runtime/sched/schedule.h"
#include "runtime/sched/strategy.h"

namespace deadheat::strategies {

struct Options {
    std::uint32_t depth = 3;         ///< pct: order constraints of the bugs looked for
    std::uint32_t bound = 2;         ///< exhaustive: preemptions in one schedule
    std::uint32_t switchPercent = 0; ///< random: chance to leave the running thread; 0: drawn anew for each schedule
    void* storage = nullptr;         ///< exhaustive: zeroed memory that survives from one schedule to the next
    std::size_t storageBytes = 0;
    sched::Aim aim = sched::Aim::race;       ///< confirm: what the targets of operations belong to
    sched::Encounters* encounters = nullptr; ///< confirm: counted here
};

/// Null for an unknown name. The strategy lives as long as the process.
sched::Strategy* makeStrategy(const char* name, const Options& options);

/// A recorded schedule to run again.
struct Recording {
    const sched::Run* runs = nullptr;
    std::size_t runCount = 0;
    const std::uint32_t* picks = nullptr;
    std::size_t pickCount = 0;
};

/// Follows a recording. Where it cannot, it either notes the first such step (`strict`) or takes the next recorded
/// thread that can proceed; after the end of the recording the running thread goes on as long as it can.
class Replay final : public sched::StrategyOf<Replay> {
public:
    static const sched::StrategyFunctions kFunctions;

    Replay(Recording recording, bool strict) : recording_(recording), strict_(strict) {}
    std::size_t choose(const sched::Choice& choice);
    std::uint32_t pick(std::uint32_t bound);
    std::uint32_t unheededYields();

    static constexpr std::uint64_t kNoDivergence = ~std::uint64_t{0};
    std::uint64_t divergedStep() const { return divergedStep_; }

private:
    bool takeStep(const sched::Choice& choice, std::size_t& index);
    void skipRun();

    Recording recording_;
    bool strict_;
    std::size_t run_ = 0;
    std::uint32_t usedOfRun_ = 0;
    std::size_t nextPick_ = 0;
    std::uint64_t divergedStep_ = kNoDivergence;
};

} // namespace deadheat::strategies
