// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Timers in controlled runs: alarm, setitimer, timer_create, timerfd. Each time that one is set, a thread sleeps until then in
// virtual time and does what the kernel would: it sends the signal, calls the function, or counts up the event counter that
// stands for the timer's descriptor. Timers that call a function are made so in free runs as well: the C library's own thread
// is one that ThreadSanitizer does not know, and crashes in.
#pragma once

#include "runtime/sched/operation.h"

#include <csignal>
#include <time.h>

namespace deadheat::intercept {

struct Timer {
    enum class Does : std::uint8_t { nothing, send, call, count };

    bool used = false;
    bool armed = false;
    Does does = Does::nothing;
    std::uint32_t process = 0; ///< that has made it: a forked child inherits none
    std::uint32_t arming = 0;  ///< how often it was set
    clockid_t clock = CLOCK_MONOTONIC;
    sched::Time next = 0;     ///< when it expires
    sched::Time interval = 0; ///< 0: once
    int signal = SIGALRM;
    sigval value{};
    void (*function)(sigval) = nullptr;
    int descriptor = -1;
};

/// Of alarm and setitimer.
Timer* alarmTimer();
/// Null when there are too many.
Timer* newTimer();
/// Null when it is the kernel's.
Timer* findTimer(timer_t handle);
Timer* findTimerOf(int descriptor);
/// What timer_gettime says.
itimerspec restOf(const Timer& timer);
/// As timer_settime does, for `caller`.
void setTimer(Timer& timer, const itimerspec& value, bool absolute, void* caller);
/// The descriptor, which may stand for a timer, is about to be closed.
void forgetTimerOf(int descriptor);

} // namespace deadheat::intercept
