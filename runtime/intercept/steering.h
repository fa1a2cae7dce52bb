// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which strategy steers a run: what the orders say, or what was recorded.
#pragma once

#include "runtime/sched/strategy.h"

namespace deadheat::intercept {

/// For the schedule that is about to be run. Ends the process when there is none.
sched::Strategy& chooseStrategy();
/// Ends the run when it does something else than what it replays.
void checkReplay();

} // namespace deadheat::intercept
