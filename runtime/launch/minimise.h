// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fewer context switches for the same failure: what is left of a schedule is what the failure needs.
#pragma once

#include "runtime/launch/explore.h"

#include <functional>
#include <optional>
#include <vector>

namespace deadheat::launch {

struct MinimiseOptions {
    unsigned attempts = 2000; ///< at most so many runs of the program
};

struct MinimiseResult {
    ScheduleResult best;
    unsigned attempts = 0;
};

/// Empty findings in `best` when the schedule does not fail any more.
MinimiseResult minimise(const Program& program, const Schedule& schedule, const MinimiseOptions& options,
                        Stacks& stacks);

/// The search by itself: `tryRuns` runs a candidate and returns what was performed when it failed in the same way.
using TryRuns = std::function<std::optional<std::vector<sched::Run>>(const std::vector<sched::Run>&)>;
std::vector<sched::Run> fewestSwitches(std::vector<sched::Run> runs, const TryRuns& tryRuns);

/// Times that another thread goes on than the one before.
std::size_t countSwitches(const std::vector<sched::Run>& runs);

} // namespace deadheat::launch
