// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/timers.h"

#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

constexpr std::uint32_t kTimers = 256;
constexpr std::uint32_t kAlarm = 0; ///< of alarm and setitimer
DEADHEAT_PER_PROCESS Timer timers[kTimers] = {};

constexpr std::uint64_t kSecond = 1'000'000'000;

sched::Time now() { return controlling() ? engine().now() : monotonicNanoseconds(); }
std::uint32_t processNumber() { return controlling() ? thisProcess().number : 0; }
sched::Time lengthOf(const timespec& time) {
    return static_cast<sched::Time>(time.tv_sec) * kSecond + static_cast<sched::Time>(time.tv_nsec);
}
timespec timespecOf(sched::Time time) {
    return {static_cast<time_t>(time / kSecond), static_cast<long>(time % kSecond)};
}

/// In the step that found the timer armed, and seen by nobody: the program may close the descriptor at any other.
void countUp(int descriptor) {
    const std::uint64_t once = 1;
    orderReleaseSignals();
    rawSyscall(SYS_write, descriptor, reinterpret_cast<long>(&once), sizeof once);
}

void expire(Timer& timer) {
    switch (timer.does) {
    case Timer::Does::send: sendTimerSignal(timer.signal, timer.value); break;
    case Timer::Does::call: timer.function(timer.value); break;
    case Timer::Does::count: countUp(timer.descriptor); break;
    case Timer::Does::nothing: break;
    }
}

/// The thread of one arming, which its argument names.
void* waitAndExpire(void* argument) {
    const auto name = reinterpret_cast<std::uintptr_t>(argument);
    Timer& timer = timers[name % kTimers];
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    for (;;) {
        const timespec rest = timespecOf(timer.next > now() ? timer.next - now() : 0);
        nanosleep(&rest, nullptr);
        if (!timer.armed || timer.arming != name / kTimers)
            return nullptr;
        timer.armed = timer.interval != 0;
        timer.next += timer.interval;
        expire(timer);
        if (!timer.armed)
            return nullptr;
    }
}

void startWaiting(Timer& timer, void* caller) {
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    const std::uintptr_t name = std::uintptr_t{timer.arming} * kTimers + static_cast<std::uintptr_t>(&timer - timers);
    pthread_t thread{};
    OnBehalf ofCaller(caller);
    pthread_create(&thread, &detached, waitAndExpire, reinterpret_cast<void*>(name));
    pthread_attr_destroy(&detached);
}

} // namespace

Timer* alarmTimer() {
    Timer& timer = timers[kAlarm];
    if (!timer.used || timer.process != processNumber()) {
        timer = {};
        timer.used = true;
        timer.does = Timer::Does::send;
        timer.process = processNumber();
    }
    return &timer;
}

Timer* newTimer() {
    for (std::uint32_t i = kAlarm + 1; i < kTimers; ++i)
        if (Timer& timer = timers[i]; !timer.used || timer.process != processNumber()) {
            const std::uint32_t arming = timer.arming;
            timer = {};
            timer.used = true;
            timer.arming = arming;
            timer.process = processNumber();
            return &timer;
        }
    errno = EAGAIN;
    return nullptr;
}

Timer* findTimer(timer_t handle) {
    auto* timer = static_cast<Timer*>(handle);
    return timer >= timers && timer < timers + kTimers && timer->used ? timer : nullptr;
}

Timer* findTimerOf(int descriptor) {
    for (Timer& timer : timers)
        if (timer.used && timer.descriptor == descriptor && timer.process == processNumber())
            return &timer;
    return nullptr;
}

itimerspec restOf(const Timer& timer) {
    if (!timer.armed)
        return {};
    return {timespecOf(timer.interval), timespecOf(timer.next > now() ? timer.next - now() : 1)};
}

void setTimer(Timer& timer, const itimerspec& value, bool absolute, void* caller) {
    ++timer.arming;
    timer.armed = lengthOf(value.it_value) != 0;
    timer.interval = lengthOf(value.it_interval);
    timer.next = absolute && controlling() ? deadlineOf(timer.clock, value.it_value) : lengthOf(value.it_value);
    timer.next += absolute ? 0 : now();
    if (timer.armed)
        startWaiting(timer, caller);
}

void forgetTimerOf(int descriptor) {
    if (Timer* timer = findTimerOf(descriptor)) {
        timer->used = timer->armed = false;
        ++timer->arming;
    }
}

} // namespace deadheat::intercept
