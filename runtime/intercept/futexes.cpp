// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// syscall(SYS_futex, ...), on which libstdc++ builds std::future, std::atomic::wait, latch, barrier and semaphore. Private
// waits and wakes are modelled; any other operation is reported by name and passed on.
#include "runtime/intercept/os.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/sched/system_calls.h"

#include <cerrno>
#include <cstdio>
#include <linux/futex.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

long fail(int error) {
    errno = error;
    return -1;
}

sched::Time deadlineOf(long operation, const timespec* limit) {
    if (!limit)
        return sched::kNever;
    if (!controlling())
        return 0;
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT)
        return deadlineAfter(*limit);
    return intercept::deadlineOf(operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC, *limit);
}

long waitControlled(Call& call, int* word, int expected, sched::Time deadline) {
    reachOn(call, OperationKind::futexWait, nullptr, word);
    if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != expected)
        return fail(EAGAIN);
    model::Condition& model = futexAt(word);
    model.enqueue(call.self.id);
    sched::Operation operation = operationOn(OperationKind::futexWait, &model, keyOf(word), call.place(), deadline);
    operation.maySpuriouslyWake = true;
    operation.interruptible = true;
    operation.restartable = true;
    const sched::Outcome outcome = reach(call.self, operation);
    const bool woken = model.leave(call.self.id);
    if (woken || outcome == sched::Outcome::proceed)
        return 0;
    return fail(outcome == sched::Outcome::timedOut ? ETIMEDOUT : EINTR);
}

long wakeControlled(Call& call, int* word, long most) {
    reachOn(call, OperationKind::futexWake, nullptr, word);
    model::Condition& model = futexAt(word);
    long woken = 0;
    for (; woken < most && model.waiting() > 0; ++woken)
        model.wake(engine().pick(static_cast<std::uint32_t>(model.waiting())));
    engine().refresh(model);
    return woken;
}

bool isWait(long operation) {
    const long command = operation & FUTEX_CMD_MASK;
    return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
}

bool isSteered(long number) {
    return number == SYS_futex ||
           (controlling() && (number == SYS_sched_yield || sched::nameOfBlockingCall(number) != nullptr));
}

/// Any call but futex's.
template <typename PassOn>
long callSystem(Call& call, long number, PassOn passOn) {
    if (number == SYS_sched_yield)
        return reachOn(call, OperationKind::yield, nullptr, nullptr), 0;
    char what[64];
    std::snprintf(what, sizeof what, "syscall(SYS_%s)", sched::nameOfBlockingCall(number));
    reportUnsupported(what);
    OutsideCall outside(call.self, call.place());
    return passOn();
}

bool isWake(long operation) {
    const long command = operation & FUTEX_CMD_MASK;
    return command == FUTEX_WAKE || command == FUTEX_WAKE_BITSET;
}

} // namespace

DEADHEAT_EXPORT long intercept_syscall(long number, long a, long b, long c, long d, long e, long f) __asm__("syscall");
DEADHEAT_EXPORT long intercept_syscall(long number, long a, long b, long c, long d, long e, long f) {
    const auto passOn = [=] {
        const long result = rawSyscall(number, a, b, c, d, e, f);
        return result < 0 && result > -4096 ? fail(static_cast<int>(-result)) : result;
    };
    ThreadRecord* self = enter();
    if (!self || !isSteered(number))
        return passOn();
    Call call(*self, DEADHEAT_CALLER);
    if (number != SYS_futex)
        return callSystem(call, number, passOn);
    auto* word = reinterpret_cast<int*>(a);
    if (isWait(b)) {
        const sched::Time deadline = deadlineOf(b, reinterpret_cast<const timespec*>(d));
        noteWait(call, OperationKind::futexWait, sched::ResourceKind::futex, word, deadline != sched::kNever, nullptr,
                 StackBy::tables);
        if (controlling())
            return waitControlled(call, word, static_cast<int>(c), deadline);
        ObservedWait waiting(*self);
        return passOn();
    }
    if (controlling() && isWake(b))
        return wakeControlled(call, word, c);
    if (controlling())
        reportUnsupported("futex operation other than wait and wake");
    return passOn();
}

} // namespace deadheat::intercept
