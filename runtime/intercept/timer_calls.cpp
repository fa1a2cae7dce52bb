// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calls that make timers and set them.
#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/timers.h"

#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

constexpr long kNanosecondsInMicrosecond = 1000;
constexpr useconds_t kMicroseconds = 1'000'000; ///< in a second

timespec fromMicroseconds(useconds_t time) {
    return {static_cast<time_t>(time / kMicroseconds),
            static_cast<long>(time % kMicroseconds) * kNanosecondsInMicrosecond};
}

/// A timer that is set anew has not expired.
void resetCount(int descriptor) {
    pollfd wanted{descriptor, POLLIN, 0};
    std::uint64_t count = 0;
    if (rawSyscall(SYS_poll, reinterpret_cast<long>(&wanted), 1, 0) == 1)
        rawSyscall(SYS_read, descriptor, reinterpret_cast<long>(&count), sizeof count);
}

bool isOurs(const sigevent* event) {
    if (!enter() || (event && event->sigev_notify == SIGEV_THREAD_ID))
        return false;
    return controlling() || (event && event->sigev_notify == SIGEV_THREAD);
}

void describeEvent(Timer& timer, const sigevent* event) {
    timer.does = Timer::Does::send;
    timer.value.sival_ptr = &timer;
    if (!event)
        return;
    timer.value = event->sigev_value;
    timer.signal = event->sigev_signo;
    timer.function = event->sigev_notify_function;
    if (event->sigev_notify == SIGEV_NONE)
        timer.does = Timer::Does::nothing;
    if (event->sigev_notify == SIGEV_THREAD)
        timer.does = Timer::Does::call;
}

} // namespace

DEADHEAT_INTERCEPT_LIBRARY(unsigned, alarm, unsigned seconds) {
    if (!enter() || !controlling())
        return library_alarm()(seconds);
    Timer* timer = alarmTimer();
    const itimerspec before = restOf(*timer);
    setTimer(*timer, {{}, {static_cast<time_t>(seconds), 0}}, false, DEADHEAT_CALLER);
    return static_cast<unsigned>(before.it_value.tv_sec + (before.it_value.tv_nsec != 0));
}

DEADHEAT_INTERCEPT_LIBRARY(int, getitimer, int which, itimerval* value) {
    if (!enter() || !controlling() || which != ITIMER_REAL)
        return library_getitimer()(which, value);
    const itimerspec now = restOf(*alarmTimer());
    TIMESPEC_TO_TIMEVAL(&value->it_value, &now.it_value);
    TIMESPEC_TO_TIMEVAL(&value->it_interval, &now.it_interval);
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, setitimer, int which, const itimerval* value, itimerval* old) {
    if (!enter() || !controlling())
        return library_setitimer()(which, value, old);
    if (which != ITIMER_REAL) {
        reportUnsupported("setitimer()");
        return library_setitimer()(which, value, old);
    }
    if (old)
        intercept_getitimer(which, old);
    itimerspec wanted{};
    TIMEVAL_TO_TIMESPEC(&value->it_value, &wanted.it_value);
    TIMEVAL_TO_TIMESPEC(&value->it_interval, &wanted.it_interval);
    setTimer(*alarmTimer(), wanted, false, DEADHEAT_CALLER);
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(useconds_t, ualarm, useconds_t after, useconds_t interval) {
    if (!enter() || !controlling())
        return library_ualarm()(after, interval);
    Timer* timer = alarmTimer();
    const itimerspec before = restOf(*timer);
    setTimer(*timer, {fromMicroseconds(interval), fromMicroseconds(after)}, false, DEADHEAT_CALLER);
    return static_cast<useconds_t>(before.it_value.tv_sec) * kMicroseconds +
           static_cast<useconds_t>(before.it_value.tv_nsec / kNanosecondsInMicrosecond);
}

DEADHEAT_INTERCEPT_LIBRARY(int, timer_create, clockid_t clock, sigevent* event, timer_t* handle) {
    if (!isOurs(event)) {
        if (enter() && controlling())
            reportUnsupported("timer_create()");
        return library_timer_create()(clock, event, handle);
    }
    Timer* timer = newTimer();
    if (!timer)
        return -1;
    timer->clock = clock;
    describeEvent(*timer, event);
    *handle = timer;
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, timer_settime, timer_t handle, int flags, const itimerspec* value, itimerspec* old) {
    Timer* timer = findTimer(handle);
    if (!timer)
        return library_timer_settime()(handle, flags, value, old);
    if (old)
        *old = restOf(*timer);
    setTimer(*timer, *value, (flags & TIMER_ABSTIME) != 0, DEADHEAT_CALLER);
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, timer_gettime, timer_t handle, itimerspec* value) {
    Timer* timer = findTimer(handle);
    if (!timer)
        return library_timer_gettime()(handle, value);
    *value = restOf(*timer);
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, timer_getoverrun, timer_t handle) {
    return findTimer(handle) ? 0 : library_timer_getoverrun()(handle);
}

DEADHEAT_INTERCEPT_LIBRARY(int, timer_delete, timer_t handle) {
    Timer* timer = findTimer(handle);
    if (!timer)
        return library_timer_delete()(handle);
    timer->used = timer->armed = false;
    ++timer->arming;
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, timerfd_create, int clock, int flags) {
    if (!enter() || !controlling())
        return library_timerfd_create()(clock, flags);
    Timer* timer = newTimer();
    if (!timer)
        return -1;
    timer->does = Timer::Does::count;
    timer->clock = clock;
    timer->descriptor = eventfd(0, flags); // the flags of both have the same values
    timer->used = timer->descriptor >= 0;
    return timer->descriptor;
}

DEADHEAT_INTERCEPT_LIBRARY(int, timerfd_settime, int descriptor, int flags, const itimerspec* value, itimerspec* old) {
    Timer* timer = enter() && controlling() ? findTimerOf(descriptor) : nullptr;
    if (!timer) {
        if (enter() && controlling())
            reportUnsupported("timerfd_settime()");
        return library_timerfd_settime()(descriptor, flags, value, old);
    }
    if (old)
        *old = restOf(*timer);
    resetCount(descriptor);
    setTimer(*timer, *value, (flags & TFD_TIMER_ABSTIME) != 0, DEADHEAT_CALLER);
    return 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, timerfd_gettime, int descriptor, itimerspec* value) {
    Timer* timer = enter() && controlling() ? findTimerOf(descriptor) : nullptr;
    if (!timer)
        return library_timerfd_gettime()(descriptor, value);
    *value = restOf(*timer);
    return 0;
}

} // namespace deadheat::intercept
