// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reader-writer locks. The clock variants, which ThreadSanitizer does not know, are carried out as timed ones.
#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;
using sched::ResourceKind;

void acquireModel(Call& call, model::RwLock& model, bool write) {
    if (write)
        model.acquireWrite(call.self.id);
    else
        model.acquireRead(call.self.id);
    engine().refresh(model);
}

bool prefersWriters(const pthread_rwlock_t* lock) {
    return lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
}

/// False when the time was over first.
bool awaitModel(Call& call, OperationKind kind, pthread_rwlock_t* lock, sched::Time deadline) {
    model::RwLock& model = rwLockAt(lock);
    model.setPrefersWriters(prefersWriters(lock));
    if (kind != OperationKind::writeLock)
        return reachOn(call, kind, &model, lock, deadline) != sched::Outcome::timedOut;
    model.awaitWrite(call.self.id);
    engine().refresh(model);
    const sched::Outcome outcome = reachOn(call, kind, &model, lock, deadline);
    model.endWait(call.self.id);
    engine().refresh(model);
    return outcome != sched::Outcome::timedOut;
}

template <typename Lock>
int lockRw(Call& call, pthread_rwlock_t* lock, bool write, sched::Time deadline, void* frame, Lock lockForReal) {
    const OperationKind kind = write ? OperationKind::writeLock : OperationKind::readLock;
    noteWait(call, kind, ResourceKind::rwlock, lock, deadline != sched::kNever, frame);
    if (deadline == sched::kNever)
        watchLockOrder(call.self, !write);
    int result = 0;
    if (controlling()) {
        if (!awaitModel(call, kind, lock, deadline))
            return ETIMEDOUT;
        acquireModel(call, rwLockAt(lock), write);
        result = lockForReal();
        if (result != 0)
            rwLockAt(lock).release(call.self.id);
    } else {
        ObservedWait waiting(call.self);
        result = lockForReal();
    }
    if (result == 0)
        noteHeld(call.self, keyOf(lock), ResourceKind::rwlock, !write, call.self.wait.where);
    return result;
}

template <typename Lock>
int tryLockRw(Call& call, pthread_rwlock_t* lock, bool write, void* frame, Lock lockForReal) {
    const OperationKind kind = write ? OperationKind::tryWriteLock : OperationKind::tryReadLock;
    noteWait(call, kind, ResourceKind::rwlock, lock, true, frame);
    if (controlling())
        reachOn(call, kind, nullptr, lock);
    const int result = lockForReal();
    if (result != 0)
        return result;
    if (controlling()) {
        acquireModel(call, rwLockAt(lock), write);
        orderAcquire(call.self, keyOf(lock));
    }
    noteHeld(call.self, keyOf(lock), ResourceKind::rwlock, !write, call.self.wait.where);
    return result;
}

} // namespace

#define DEADHEAT_RWLOCK(name, write)                                                                                   \
    DEADHEAT_INTERCEPT(int, pthread_rwlock_##name, pthread_rwlock_t* lock) {                                           \
        ThreadRecord* self = enter();                                                                                  \
        if (!self)                                                                                                     \
            return forward_pthread_rwlock_##name(lock);                                                                \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        return lockRw(call, lock, write, sched::kNever, DEADHEAT_FRAME,                                                \
                      [=] { return forward_pthread_rwlock_##name(lock); });                                            \
    }
DEADHEAT_RWLOCK(rdlock, false)
DEADHEAT_RWLOCK(wrlock, true)

#define DEADHEAT_TRY_RWLOCK(name, write)                                                                               \
    DEADHEAT_INTERCEPT(int, pthread_rwlock_##name, pthread_rwlock_t* lock) {                                           \
        ThreadRecord* self = enter();                                                                                  \
        if (!self)                                                                                                     \
            return forward_pthread_rwlock_##name(lock);                                                                \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        return tryLockRw(call, lock, write, DEADHEAT_FRAME, [=] { return forward_pthread_rwlock_##name(lock); });      \
    }
DEADHEAT_TRY_RWLOCK(tryrdlock, false)
DEADHEAT_TRY_RWLOCK(trywrlock, true)

#define DEADHEAT_TIMED_RWLOCK(name, clockName, untimed, write)                                                         \
    extern "C" int untimed_for_##name(pthread_rwlock_t* lock) __asm__("__interceptor_pthread_rwlock_" #untimed);       \
    DEADHEAT_INTERCEPT(int, pthread_rwlock_##name, pthread_rwlock_t* lock, const timespec* until) {                    \
        ThreadRecord* self = enter();                                                                                  \
        if (!self || !isValid(*until))                                                                                 \
            return forward_pthread_rwlock_##name(lock, until);                                                         \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        return lockRw(call, lock, write, deadlineOf(CLOCK_REALTIME, *until), DEADHEAT_FRAME, [=] {                     \
            return controlling() ? untimed_for_##name(lock) : forward_pthread_rwlock_##name(lock, until);              \
        });                                                                                                            \
    }                                                                                                                  \
    DEADHEAT_EXPORT int intercept_pthread_rwlock_##clockName(pthread_rwlock_t*, clockid_t,                             \
                                                             const timespec*) __asm__("pthread_rwlock_" #clockName);   \
    DEADHEAT_EXPORT int intercept_pthread_rwlock_##clockName(pthread_rwlock_t* lock, clockid_t clock,                  \
                                                             const timespec* until) {                                  \
        const timespec wall = isValid(*until) ? onWallClock(clock, *until) : *until;                                   \
        ThreadRecord* self = enter();                                                                                  \
        if (!self || !isValid(wall))                                                                                   \
            return forward_pthread_rwlock_##name(lock, &wall);                                                         \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        return lockRw(call, lock, write, deadlineOf(clock, *until), DEADHEAT_FRAME, [=] {                              \
            return controlling() ? untimed_for_##name(lock) : forward_pthread_rwlock_##name(lock, &wall);              \
        });                                                                                                            \
    }
DEADHEAT_TIMED_RWLOCK(timedrdlock, clockrdlock, rdlock, false)
DEADHEAT_TIMED_RWLOCK(timedwrlock, clockwrlock, wrlock, true)

DEADHEAT_INTERCEPT(int, pthread_rwlock_unlock, pthread_rwlock_t* lock) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_rwlock_unlock(lock);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling())
        reachOn(call, OperationKind::rwUnlock, nullptr, lock);
    noteReleased(*self, keyOf(lock));
    const int result = forward_pthread_rwlock_unlock(lock);
    if (controlling() && result == 0) {
        rwLockAt(lock).release(self->id);
        engine().refresh(rwLockAt(lock));
    }
    return result;
}

DEADHEAT_INTERCEPT(int, pthread_rwlock_destroy, pthread_rwlock_t* lock) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_rwlock_destroy(lock);
    Call call(*self, DEADHEAT_CALLER);
    forgetLocks(lock, sizeof *lock);
    if (controlling()) {
        reachOn(call, OperationKind::rwUnlock, nullptr, lock);
        rwLockAt(lock).reset();
    }
    return forward_pthread_rwlock_destroy(lock);
}

} // namespace deadheat::intercept
