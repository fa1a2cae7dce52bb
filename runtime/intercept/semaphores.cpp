// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// POSIX semaphores. Process-shared ones are left to the kernel, without the turn, when a process outside may post them.
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>
#include <semaphore.h>

extern "C" {
int forward_sem_wait_plain(sem_t* semaphore) __asm__("__interceptor_sem_wait");
int forward_sem_getvalue_plain(sem_t* semaphore, int* value) __asm__("__interceptor_sem_getvalue");
}

namespace deadheat::intercept {
namespace {

using sched::OperationKind;
using sched::ResourceKind;

// glibc's 64-bit layout (sysdeps/nptl/internaltypes.h, struct new_sem): value and waiters, then `private`.
struct NewSem {
    std::uint64_t data;
    int isPrivate; ///< FUTEX_PRIVATE's inverse: 0 within one process
};
bool isShared(const sem_t* semaphore) { return reinterpret_cast<const NewSem*>(semaphore)->isPrivate != 0; }

model::Semaphore& modelOf(sem_t* semaphore) {
    int value = 0;
    forward_sem_getvalue_plain(semaphore, &value);
    model::Semaphore& model = semaphoreAt(semaphore, 0);
    model.setValue(static_cast<std::uint64_t>(value));
    return model;
}

int waitControlled(Call& call, sem_t* semaphore, sched::Time deadline) {
    if (isShared(semaphore) && anyUncontrolledProcess()) {
        OutsideCall outside(call.self, call.place());
        return forward_sem_wait_plain(semaphore);
    }
    model::Semaphore& model = modelOf(semaphore);
    sched::Operation operation =
        operationOn(OperationKind::semaphoreWait, &model, keyOf(semaphore), call.place(), deadline);
    operation.interruptible = true;
    operation.restartable = true;
    const sched::Outcome outcome = reach(call.self, operation);
    if (outcome == sched::Outcome::timedOut || outcome == sched::Outcome::interrupted) {
        errno = outcome == sched::Outcome::timedOut ? ETIMEDOUT : EINTR;
        return -1;
    }
    model.take();
    const int result = forward_sem_wait_plain(semaphore);
    engine().refresh(model);
    return result;
}

template <typename WaitForReal>
int waitOn(Call& call, sem_t* semaphore, sched::Time deadline, void* frame, WaitForReal waitForReal) {
    noteWait(call, OperationKind::semaphoreWait, ResourceKind::semaphore, semaphore, deadline != sched::kNever, frame);
    call.self.wait.fromOutside = isShared(semaphore) && !controlling();
    if (controlling())
        return waitControlled(call, semaphore, deadline);
    ObservedWait waiting(call.self);
    return waitForReal();
}

} // namespace

DEADHEAT_INTERCEPT(int, sem_wait, sem_t* semaphore) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_sem_wait(semaphore);
    Call call(*self, DEADHEAT_CALLER);
    return waitOn(call, semaphore, sched::kNever, DEADHEAT_FRAME, [=] { return forward_sem_wait(semaphore); });
}

DEADHEAT_INTERCEPT(int, sem_timedwait, sem_t* semaphore, const timespec* until) {
    ThreadRecord* self = enter();
    if (!self || !isValid(*until))
        return forward_sem_timedwait(semaphore, until);
    Call call(*self, DEADHEAT_CALLER);
    return waitOn(call, semaphore, deadlineOf(CLOCK_REALTIME, *until), DEADHEAT_FRAME,
                  [=] { return forward_sem_timedwait(semaphore, until); });
}

DEADHEAT_EXPORT int intercept_sem_clockwait(sem_t*, clockid_t, const timespec*) __asm__("sem_clockwait");
DEADHEAT_EXPORT int intercept_sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* until) {
    const timespec wall = isValid(*until) ? onWallClock(clock, *until) : *until;
    ThreadRecord* self = enter();
    if (!self || !isValid(wall))
        return forward_sem_timedwait(semaphore, &wall);
    Call call(*self, DEADHEAT_CALLER);
    return waitOn(call, semaphore, deadlineOf(clock, *until), DEADHEAT_FRAME,
                  [=] { return forward_sem_timedwait(semaphore, &wall); });
}

DEADHEAT_INTERCEPT(int, sem_trywait, sem_t* semaphore) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_sem_trywait(semaphore);
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::semaphoreTryWait, nullptr, semaphore);
    const int result = forward_sem_trywait(semaphore);
    if (result == 0)
        orderAcquire(*self, keyOf(semaphore));
    engine().refresh(modelOf(semaphore));
    return result;
}

DEADHEAT_INTERCEPT(int, sem_post, sem_t* semaphore) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_sem_post(semaphore);
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::semaphorePost, nullptr, semaphore);
    const int result = forward_sem_post(semaphore);
    engine().refresh(modelOf(semaphore));
    return result;
}

} // namespace deadheat::intercept
