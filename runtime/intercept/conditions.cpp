// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Condition variables. A controlled wait gives the mutex up and takes it back through ThreadSanitizer's own unlock and
// lock, so that it sees the same happens-before edges as in a free run.
#include "runtime/intercept/mutexes.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/tsan/accesses.h"

#include <cerrno>

extern "C" {
int forward_lock_for_condition(pthread_mutex_t* mutex) __asm__("__interceptor_pthread_mutex_lock");
int forward_unlock_for_condition(pthread_mutex_t* mutex) __asm__("__interceptor_pthread_mutex_unlock");
}

namespace deadheat::intercept {
namespace {

using sched::OperationKind;
using sched::ResourceKind;

int waitControlled(Call& call, pthread_cond_t* condition, pthread_mutex_t* mutex, sched::Time deadline) {
    const Wait wait = call.self.wait;
    if (call.self.cancelled)
        actOnCancellation(call.self);
    reachOn(call, OperationKind::conditionWait, nullptr, condition);
    tsan::readHere(condition);
    model::Condition& model = conditionAt(condition);
    model.enqueue(call.self.id);
    unlockForWait(call, mutex, forward_unlock_for_condition);
    sched::Operation operation =
        operationOn(OperationKind::conditionWait, &model, keyOf(condition), call.place(), deadline);
    operation.maySpuriouslyWake = true;
    operation.cancelsLater = true;
    operation.interruptible = true; // as a spurious wakeup
    const sched::Outcome outcome = reach(call.self, operation);
    const bool woken = model.leave(call.self.id);
    call.self.wait.operation = OperationKind::lock;
    call.self.wait.resource = ResourceKind::mutex;
    call.self.wait.address = keyOf(mutex);
    const int locked = relockAfterWait(call, mutex, forward_lock_for_condition);
    if (outcome == sched::Outcome::interrupted)
        actOnCancellation(call.self);
    call.self.wait = wait;
    if (locked != 0)
        return locked;
    return outcome == sched::Outcome::timedOut && !woken ? ETIMEDOUT : 0;
}

template <typename WaitForReal>
int waitOn(Call& call, pthread_cond_t* condition, pthread_mutex_t* mutex, sched::Time deadline,
           WaitForReal waitForReal) {
    noteWait(call, OperationKind::conditionWait, ResourceKind::condition, condition, deadline != sched::kNever, nullptr,
             StackBy::tables);
    if (controlling())
        return waitControlled(call, condition, mutex, deadline);
    noteReleased(call.self, keyOf(mutex));
    observeConditionWait(condition, 1);
    int result = 0;
    {
        ObservedWait waiting(call.self);
        result = waitForReal();
    }
    observeConditionWait(condition, -1);
    noteTaken(call, mutex, result == ETIMEDOUT ? 0 : result);
    return result;
}

void wakeControlled(Call& call, OperationKind kind, pthread_cond_t* condition) {
    reachOn(call, kind, nullptr, condition);
    tsan::readHere(condition);
    model::Condition& model = conditionAt(condition);
    if (model.waiting() == 0)
        model.noteMissedSignal(engine().steps());
    else if (kind == OperationKind::conditionBroadcast)
        model.wakeAll();
    else
        model.wake(engine().pick(static_cast<std::uint32_t>(model.waiting())));
    engine().refresh(model);
}

} // namespace

DEADHEAT_INTERCEPT(int, pthread_cond_wait, pthread_cond_t* condition, pthread_mutex_t* mutex) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_cond_wait(condition, mutex);
    Call call(*self, DEADHEAT_CALLER);
    return waitOn(call, condition, mutex, sched::kNever, [=] { return forward_pthread_cond_wait(condition, mutex); });
}

DEADHEAT_INTERCEPT(int, pthread_cond_timedwait, pthread_cond_t* condition, pthread_mutex_t* mutex,
                   const timespec* until) {
    ThreadRecord* self = enter();
    if (!self || !isValid(*until))
        return forward_pthread_cond_timedwait(condition, mutex, until);
    Call call(*self, DEADHEAT_CALLER);
    return waitOn(call, condition, mutex, deadlineOf(clockOfCondition(condition), *until),
                  [=] { return forward_pthread_cond_timedwait(condition, mutex, until); });
}

DEADHEAT_INTERCEPT(int, pthread_cond_clockwait, pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                   const timespec* until) {
    ThreadRecord* self = enter();
    if (!self || !isValid(*until))
        return forward_pthread_cond_clockwait(condition, mutex, clock, until);
    Call call(*self, DEADHEAT_CALLER);
    return waitOn(call, condition, mutex, deadlineOf(clock, *until),
                  [=] { return forward_pthread_cond_clockwait(condition, mutex, clock, until); });
}

DEADHEAT_INTERCEPT(int, pthread_cond_signal, pthread_cond_t* condition) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_cond_signal(condition);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling()) {
        wakeControlled(call, OperationKind::conditionSignal, condition);
        return 0;
    }
    observeSignal(condition);
    return forward_pthread_cond_signal(condition);
}

DEADHEAT_INTERCEPT(int, pthread_cond_broadcast, pthread_cond_t* condition) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_cond_broadcast(condition);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling()) {
        wakeControlled(call, OperationKind::conditionBroadcast, condition);
        return 0;
    }
    observeSignal(condition);
    return forward_pthread_cond_broadcast(condition);
}

} // namespace deadheat::intercept
