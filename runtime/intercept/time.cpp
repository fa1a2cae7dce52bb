// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sleeps, yields and clocks.
#include "runtime/intercept/os.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>
#include <sys/time.h>
#include <unistd.h>

extern "C" int forward_clock_gettime(clockid_t clock, timespec* now) __asm__("__interceptor_clock_gettime");

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

constexpr std::uint64_t kSecond = 1'000'000'000;
/// When a controlled run begins: 2024-01-01 00:00:00 UTC on the wall, one hour after the machine started, and a millisecond before
/// the next second: who adds to the nanoseconds of a moment must carry.
constexpr std::uint64_t kIntoSecond = kSecond - 1'000'000;
constexpr std::uint64_t kWallStart = 1'704'067'200 * kSecond + kIntoSecond;
constexpr std::uint64_t kMonotonicStart = 3600 * kSecond + kIntoSecond;

/// A program that polls the clock waits for it: every reading moves it on, the more the longer the thread polls.
constexpr std::uint64_t kReadingCost = 1000;
constexpr std::uint64_t kReadingGrowth = 100;

bool isWall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI; }
bool isSteered(clockid_t clock) {
    return isWall(clock) || clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE ||
           clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}
std::uint64_t startOf(clockid_t clock) { return isWall(clock) ? kWallStart : kMonotonicStart; }

std::uint64_t nanoseconds(const timespec& time) {
    if (time.tv_sec < 0)
        return 0;
    return static_cast<std::uint64_t>(time.tv_sec) * kSecond + static_cast<std::uint64_t>(time.tv_nsec);
}

timespec toTimespec(std::uint64_t time) {
    return timespec{static_cast<time_t>(time / kSecond), static_cast<long>(time % kSecond)};
}

timespec readClock(Call& call, clockid_t clock) {
    reachOn(call, OperationKind::clock, nullptr, nullptr);
    engine().advanceClock(kReadingCost + kReadingGrowth * call.self.clockReadings++);
    return virtualNow(clock);
}

/// False when a signal ended the sleep.
bool sleepUntil(Call& call, sched::Time deadline) {
    sched::Operation operation = operationOn(OperationKind::sleep, nullptr, 0, call.place(), deadline);
    operation.interruptible = true;
    return reach(call.self, operation) != sched::Outcome::interrupted;
}

/// What is left of an interrupted sleep; `rest` may be null.
void tellRest(sched::Time deadline, timespec* rest) {
    if (rest)
        *rest = toTimespec(deadline > engine().now() ? deadline - engine().now() : 0);
}

/// The result of a sleep in the manner of nanosleep.
int finishSleep(bool complete, sched::Time deadline, timespec* rest) {
    if (complete)
        return 0;
    tellRest(deadline, rest);
    errno = EINTR;
    return -1;
}

bool isLength(const timespec& time) { return isValid(time) && time.tv_sec >= 0; }

} // namespace

sched::Time deadlineOf(clockid_t clock, const timespec& until) {
    if (!controlling())
        return 0;
    const std::uint64_t at = nanoseconds(until);
    return at > startOf(clock) ? at - startOf(clock) : 0;
}

sched::Time deadlineAfter(const timespec& after) {
    const std::uint64_t length = nanoseconds(after);
    return length < sched::kNever / 2 ? engine().now() + length : sched::kNever - 1;
}

timespec onWallClock(clockid_t clock, const timespec& until) {
    if (isWall(clock))
        return until;
    timespec here{}, wall{};
    forward_clock_gettime(clock, &here);
    forward_clock_gettime(CLOCK_REALTIME, &wall);
    return toTimespec(nanoseconds(until) + nanoseconds(wall) - nanoseconds(here));
}

timespec onVirtualWall(clockid_t clock, const timespec& until) {
    return toTimespec(nanoseconds(until) - startOf(clock) + kWallStart);
}

clockid_t clockOfCondition(const pthread_cond_t* condition) {
    // glibc keeps the clock in bit 1 of __wrefs (nptl/pthreadP.h, __PTHREAD_COND_CLOCK_MONOTONIC_MASK).
    return condition->__data.__wrefs & 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

timespec virtualNow(clockid_t clock) { return toTimespec(startOf(clock) + engine().now()); }

DEADHEAT_INTERCEPT(int, nanosleep, const timespec* length, timespec* rest) {
    ThreadRecord* self = enter();
    if (!self || !controlling() || !isLength(*length))
        return forward_nanosleep(length, rest);
    Call call(*self, DEADHEAT_CALLER);
    const sched::Time deadline = deadlineAfter(*length);
    return finishSleep(sleepUntil(call, deadline), deadline, rest);
}

DEADHEAT_INTERCEPT(int, usleep, useconds_t microseconds) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_usleep(microseconds);
    Call call(*self, DEADHEAT_CALLER);
    const sched::Time deadline = deadlineAfter(toTimespec(microseconds * std::uint64_t{1000}));
    return finishSleep(sleepUntil(call, deadline), deadline, nullptr);
}

DEADHEAT_INTERCEPT(unsigned, sleep, unsigned seconds) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_sleep(seconds);
    Call call(*self, DEADHEAT_CALLER);
    const sched::Time deadline = deadlineAfter(toTimespec(seconds * kSecond));
    if (sleepUntil(call, deadline) || deadline <= engine().now())
        return 0;
    return static_cast<unsigned>((deadline - engine().now() + kSecond - 1) / kSecond);
}

DEADHEAT_INTERCEPT_LIBRARY(int, clock_nanosleep, clockid_t clock, int flags, const timespec* time, timespec* rest) {
    ThreadRecord* self = enter();
    if (!self || !controlling() || !isSteered(clock) || !isLength(*time))
        return library_clock_nanosleep()(clock, flags, time, rest);
    Call call(*self, DEADHEAT_CALLER);
    const bool absolute = (flags & TIMER_ABSTIME) != 0;
    const sched::Time deadline = absolute ? deadlineOf(clock, *time) : deadlineAfter(*time);
    if (sleepUntil(call, deadline))
        return 0;
    if (!absolute)
        tellRest(deadline, rest);
    return EINTR;
}

DEADHEAT_INTERCEPT_LIBRARY(int, sched_yield, void) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return library_sched_yield()();
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::yield, nullptr, nullptr);
    return 0;
}

DEADHEAT_INTERCEPT(int, clock_gettime, clockid_t clock, timespec* now) {
    ThreadRecord* self = enter();
    if (!self || !controlling() || !isSteered(clock))
        return forward_clock_gettime(clock, now);
    Call call(*self, DEADHEAT_CALLER);
    *now = readClock(call, clock);
    return 0;
}

DEADHEAT_INTERCEPT(int, gettimeofday, timeval* now, void* zone) {
    ThreadRecord* self = enter();
    if (!self || !controlling() || !now)
        return forward_gettimeofday(now, zone);
    Call call(*self, DEADHEAT_CALLER);
    const timespec time = readClock(call, CLOCK_REALTIME);
    *now = timeval{time.tv_sec, time.tv_nsec / 1000};
    return 0;
}

DEADHEAT_INTERCEPT(time_t, time, time_t* out) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_time(out);
    Call call(*self, DEADHEAT_CALLER);
    const time_t now = readClock(call, CLOCK_REALTIME).tv_sec;
    if (out)
        *out = now;
    return now;
}

} // namespace deadheat::intercept
