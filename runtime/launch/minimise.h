// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fewer context switches for the same failure: what is left of a schedule is what the failure needs.
#pragma once

#include "runtime/launch/explore.h"
#include "runtime/launch/fewest_switches.h"

namespace deadheat::launch {

struct MinimiseOptions {
    unsigned attempts = 2000; ///< at most so many runs of the program
};

struct MinimiseResult {
    ScheduleResult best;
    std::uint64_t preemptionsBefore = 0;
    unsigned attempts = 0;
};

/// Empty findings in `best` when the schedule does not fail any more.
MinimiseResult minimise(const Program& program, const Schedule& schedule, const MinimiseOptions& options,
                        Stacks& stacks);

} // namespace deadheat::launch
