// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Many schedules from one start of the program: the process forks before the program's first constructor, a child for
// each schedule, so that every schedule begins in the same fresh state without the cost of exec and of ThreadSanitizer's
// start. While a child runs its schedule the next one is made and stands by. Messages are single bytes; the results are in the
// control block.
#pragma once

namespace deadheat::intercept {

/// Returns in each child, with the schedule's number in the control block; the server itself never returns.
void serveSchedules();

} // namespace deadheat::intercept
