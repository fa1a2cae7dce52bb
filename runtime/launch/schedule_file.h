// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule with what is needed to run it again, as a value and as a text file (docs/schedule-format.md).
#pragma once

#include "runtime/sched/control_block.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace deadheat::launch {

struct Schedule {
    std::vector<std::string> command; ///< the program and its arguments
    bool wholeProgram = true;         ///< else only the body that the program gives to deadheat::explore
    std::string strategy;
    std::uint64_t seed = 0;
    std::uint64_t number = 0;
    std::uint64_t maxSteps = sched::Orders().maxSteps; ///< so many without a thread starting or ending are a livelock
    std::string aim; ///< of strategy `confirm`: what it was steered at, JSON (goal.h); decides what the detectors saw
    std::string failure; ///< rule and variant of the first finding, or empty
    std::vector<sched::Run> runs;
    std::vector<std::uint32_t> picks;

    std::uint64_t steps() const;
    /// Times that another thread goes on than the one before.
    std::uint64_t switches() const;
};

std::string toText(const Schedule& schedule);
/// Throws report::UserError naming `file` and the line.
Schedule parseSchedule(std::string_view text, const std::string& file);

Schedule readSchedule(const std::string& file);
void writeSchedule(const std::string& file, const Schedule& schedule);

/// What the program recorded in its control block.
void takeRecording(const sched::ControlBlock& block, Schedule& schedule);
/// Orders the program to follow the schedule.
void placeRecording(sched::ControlBlock& block, const Schedule& schedule);

} // namespace deadheat::launch
