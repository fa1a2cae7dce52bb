// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Time in controlled runs: it starts at a fixed date, moves a little with every step, and jumps when everybody waits for
// it. So a run does not depend on the clock on the wall, and nobody sleeps.
#pragma once

#include "runtime/sched/operation.h"

#include <pthread.h>
#include <time.h>

namespace deadheat::intercept {

/// What has too many nanoseconds is refused by the call itself, which need not be steered then.
inline bool isValid(const timespec& time) { return time.tv_nsec >= 0 && time.tv_nsec < 1'000'000'000; }
/// The virtual moment of `until` on `clock`; what a free run makes of it is only whether there is one.
sched::Time deadlineOf(clockid_t clock, const timespec& until);
/// The virtual moment `after` from now.
sched::Time deadlineAfter(const timespec& after);
timespec virtualNow(clockid_t clock);
/// In real time: the wall-clock moment that is as far away as `until` on `clock`.
timespec onWallClock(clockid_t clock, const timespec& until);
/// The same in a controlled run.
timespec onVirtualWall(clockid_t clock, const timespec& until);
/// The clock chosen by pthread_condattr_setclock.
clockid_t clockOfCondition(const pthread_cond_t* condition);

} // namespace deadheat::intercept
