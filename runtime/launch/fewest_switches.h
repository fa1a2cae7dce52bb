// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search behind `deadheat minimise`, without a program: delta debugging (Zeller and Hildebrandt, "Simplifying and isolating
// failure-inducing input", TSE 2002) on the runs of a schedule, from large stretches to small ones. A candidate is followed as
// far as the program allows; what was performed is the new schedule when it fails in the same way with fewer switches.
#pragma once

#include "runtime/sched/schedule.h"

#include <functional>
#include <optional>
#include <vector>

namespace deadheat::launch {

/// Runs a candidate: what was performed, when it failed in the same way.
using TryRuns = std::function<std::optional<std::vector<sched::Run>>(const std::vector<sched::Run>&)>;

std::vector<sched::Run> fewestSwitches(std::vector<sched::Run> runs, const TryRuns& tryRuns);

/// Times that another thread goes on than the one before.
std::size_t countSwitches(const std::vector<sched::Run>& runs);

} // namespace deadheat::launch
