// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pthread mutexes of every type, and spinlocks. In controlled runs a lock is taken for real only when the model says that
// it is free, and then with `lock`, never with `trylock`, or ThreadSanitizer's lock-order graph would lose the edge.
#include "runtime/intercept/mutexes.h"
#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/tsan/edges.h"

#include <cerrno>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;
using sched::ResourceKind;

// Bits of glibc's pthread_mutex_t::__data.__kind.
constexpr int kTypeMask = 3;
constexpr int kRobust = 16;
constexpr int kShared = 128;

bool isShared(const pthread_mutex_t* mutex) { return (mutex->__data.__kind & kShared) != 0; }

model::Relock relockOf(const pthread_mutex_t* mutex) {
    switch (mutex->__data.__kind & kTypeMask) {
    case PTHREAD_MUTEX_RECURSIVE_NP: return model::Relock::counts;
    case PTHREAD_MUTEX_ERRORCHECK_NP: return model::Relock::fails;
    default: return model::Relock::blocks;
    }
}

bool taken(int result) { return result == 0 || result == EOWNERDEAD; }

/// In a forked child, a private mutex that another thread of the parent held at the fork.
bool isLockedByLostThread(const pthread_mutex_t* mutex) {
    return mutex->__data.__lock != 0 && thisProcess().number != 0 && !isShared(mutex);
}

/// Locked by a process that is not under control.
bool isLockedOutside(const pthread_mutex_t* mutex, const model::Mutex& model) {
    constexpr int kOwnerDied = 0x40000000; // FUTEX_OWNER_DIED
    const int word = mutex->__data.__lock;
    return isShared(mutex) && model.isFree() && word != 0 && !(word & kOwnerDied) && anyUncontrolledProcess();
}

model::Mutex& modelOf(pthread_mutex_t* mutex) {
    model::Mutex& model = mutexAt(mutex);
    model.setRelock(relockOf(mutex));
    if (!model.isFree() && mutex->__data.__lock == 0)
        model.reset(); // its memory was reused without pthread_mutex_init, as std::mutex does
    if (model.isFree() && isLockedByLostThread(mutex))
        model.acquire(lostThread());
    return model;
}

Held* heldBy(ThreadRecord& self, const pthread_mutex_t* mutex) {
    for (Held& held : self.held)
        if (held.address == keyOf(mutex) && held.kind == ResourceKind::mutex)
            return &held;
    return nullptr;
}

/// `how` names the variant of the finding. It is about a mutex that is `held`.
void reportMisuse(Call& call, const Held& held, const char* how) {
    Backtrace here;
    captureByTables(here, call.caller);
    sched::JsonWriter json;
    json.text("record", "mutex-misuse");
    json.text("how", how);
    tsan::writeFrame(json, "data", frameOfKey(held.address));
    json.text("kind", "mutex");
    json.number("address", addressOfKey(held.address));
    json.number("number", numberOf(ResourceKind::mutex, held.address));
    tsan::writeFrames(json, "taken", held.where.frames, Backtrace::kFrames);
    tsan::writeFrames(json, "stack", here.frames, Backtrace::kFrames);
    json.finish();
    submitRecord(json);
}

/// Controlled: waits for the model, then locks for real by `lock`.
template <typename Lock>
int lockControlled(Call& call, pthread_mutex_t* mutex, sched::Time deadline, Lock lock) {
    model::Mutex& model = modelOf(mutex);
    if (isLockedOutside(mutex, model)) {
        OutsideCall outside(call.self, call.place());
        return lock();
    }
    if (reachOn(call, OperationKind::lock, &model, mutex, deadline) == sched::Outcome::timedOut)
        return ETIMEDOUT;
    model.acquire(call.self.id);
    const int result = lock();
    if (!taken(result))
        model.release();
    engine().refresh(model);
    return result;
}

template <typename Lock>
int lockMutex(Call& call, pthread_mutex_t* mutex, sched::Time deadline, void* frame, Lock lock) {
    noteWait(call, OperationKind::lock, ResourceKind::mutex, mutex, deadline != sched::kNever, frame);
    call.self.wait.fromOutside = isShared(mutex) && !controlling();
    if (deadline == sched::kNever)
        watchLockOrder(call.self, false);
    int result = 0;
    if (controlling()) {
        result = lockControlled(call, mutex, deadline, lock);
    } else {
        ObservedWait waiting(call.self);
        result = lock();
    }
    noteTaken(call, mutex, result);
    return result;
}

} // namespace

void noteTaken(Call& call, pthread_mutex_t* mutex, int result) {
    if (!taken(result))
        return;
    noteHeld(call.self, keyOf(mutex), ResourceKind::mutex, false, call.self.wait.where);
    call.self.held.back().ownerDied = result == EOWNERDEAD;
    call.self.held.back().robust = (mutex->__data.__kind & kRobust) != 0 ? mutex : nullptr;
}

void leaveRobustMutexes(const ThreadRecord& self) {
    for (const Held& held : self.held)
        if (held.robust)
            tsan::releaseTo(held.robust);
}

void releaseRobustMutexes(ThreadRecord& self) {
    for (const Held& held : self.held) {
        if (!held.robust)
            continue;
        model::Mutex& model = mutexWithKey(held.address);
        model.reset();
        engine().refresh(model);
        orderRelease(self, held.address); // who finds the owner dead comes after it
    }
}

int relockAfterWait(Call& call, pthread_mutex_t* mutex, int (*lock)(pthread_mutex_t*)) {
    const int result = lockControlled(call, mutex, sched::kNever, [&] { return lock(mutex); });
    noteTaken(call, mutex, result);
    return result;
}

void unlockForWait(Call& call, pthread_mutex_t* mutex, int (*unlock)(pthread_mutex_t*)) {
    noteReleased(call.self, keyOf(mutex));
    orderRelease(call.self, keyOf(mutex));
    unlock(mutex);
    model::Mutex& model = modelOf(mutex);
    model.release();
    engine().refresh(model);
}

DEADHEAT_INTERCEPT(int, pthread_mutex_lock, pthread_mutex_t* mutex) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_mutex_lock(mutex);
    Call call(*self, DEADHEAT_CALLER);
    return lockMutex(call, mutex, sched::kNever, DEADHEAT_FRAME, [=] { return forward_pthread_mutex_lock(mutex); });
}

namespace {

/// Of a timed lock whose time is none: only who would wait is refused.
int lockWithoutTime(void* caller, pthread_mutex_t* mutex) {
    const OnBehalf toTry(caller);
    const int result = pthread_mutex_trylock(mutex);
    return result == EBUSY ? EINVAL : result;
}

} // namespace

DEADHEAT_INTERCEPT(int, pthread_mutex_timedlock, pthread_mutex_t* mutex, const timespec* until) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_mutex_timedlock(mutex, until);
    if (!isValid(*until))
        return lockWithoutTime(DEADHEAT_CALLER, mutex);
    Call call(*self, DEADHEAT_CALLER);
    return lockMutex(call, mutex, deadlineOf(CLOCK_REALTIME, *until), DEADHEAT_FRAME, [=] {
        return controlling() ? forward_pthread_mutex_lock(mutex) : forward_pthread_mutex_timedlock(mutex, until);
    });
}

DEADHEAT_INTERCEPT(int, pthread_mutex_clocklock, pthread_mutex_t* mutex, clockid_t clock, const timespec* until) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_mutex_clocklock(mutex, clock, until);
    if (!isValid(*until))
        return lockWithoutTime(DEADHEAT_CALLER, mutex);
    Call call(*self, DEADHEAT_CALLER);
    return lockMutex(call, mutex, deadlineOf(clock, *until), DEADHEAT_FRAME, [=] {
        return controlling() ? forward_pthread_mutex_lock(mutex) : forward_pthread_mutex_clocklock(mutex, clock, until);
    });
}

DEADHEAT_INTERCEPT(int, pthread_mutex_trylock, pthread_mutex_t* mutex) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_mutex_trylock(mutex);
    Call call(*self, DEADHEAT_CALLER);
    noteWait(call, OperationKind::tryLock, ResourceKind::mutex, mutex, true, DEADHEAT_FRAME);
    if (controlling())
        reachOn(call, OperationKind::tryLock, nullptr, mutex);
    const int result = forward_pthread_mutex_trylock(mutex);
    if (controlling() && taken(result)) {
        model::Mutex& model = mutexAt(mutex);
        model.setRelock(relockOf(mutex));
        model.acquire(self->id);
        orderAcquire(*self, keyOf(mutex));
        engine().refresh(model);
    }
    noteTaken(call, mutex, result);
    return result;
}

DEADHEAT_INTERCEPT(int, pthread_mutex_unlock, pthread_mutex_t* mutex) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_mutex_unlock(mutex);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling())
        reachOn(call, OperationKind::unlock, nullptr, mutex);
    if (const Held* held = heldBy(*self, mutex); held && held->ownerDied)
        reportMisuse(call, *held, "inconsistent-unlock"); // POSIX: it can never be locked again
    noteReleased(*self, keyOf(mutex));
    const int result = forward_pthread_mutex_unlock(mutex);
    if (controlling() && result == 0) {
        model::Mutex& model = mutexAt(mutex);
        model.release();
        engine().refresh(model);
    }
    return result;
}

DEADHEAT_INTERCEPT_LIBRARY(int, pthread_mutex_consistent, pthread_mutex_t* mutex) {
    if (ThreadRecord* self = enter())
        if (Held* held = heldBy(*self, mutex))
            held->ownerDied = false;
    return library_pthread_mutex_consistent()(mutex);
}

DEADHEAT_INTERCEPT(int, pthread_mutex_destroy, pthread_mutex_t* mutex) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_mutex_destroy(mutex);
    Call call(*self, DEADHEAT_CALLER);
    forgetLocks(mutex, sizeof *mutex);
    if (const Held* held = heldBy(*self, mutex)) {
        reportMisuse(call, *held, "destroy-locked");
        noteReleased(*self, keyOf(mutex));
    }
    if (controlling())
        reachOn(call, OperationKind::unlock, nullptr, mutex);
    const int result = forward_pthread_mutex_destroy(mutex);
    if (controlling() && result == 0)
        mutexAt(mutex).reset();
    return result;
}

DEADHEAT_INTERCEPT(int, pthread_spin_lock, pthread_spinlock_t* lock) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_spin_lock(lock);
    Call call(*self, DEADHEAT_CALLER);
    const void* address = const_cast<const int*>(lock);
    noteWait(call, OperationKind::spinLock, ResourceKind::spinlock, address, false, DEADHEAT_FRAME);
    watchLockOrder(*self, false);
    int result = 0;
    if (controlling()) {
        model::Mutex& model = spinlockAt(address);
        reachOn(call, OperationKind::spinLock, &model, address);
        model.acquire(self->id);
        result = forward_pthread_spin_lock(lock);
        engine().refresh(model);
    } else {
        ObservedWait waiting(*self);
        result = forward_pthread_spin_lock(lock);
    }
    noteHeld(*self, keyOf(address), ResourceKind::spinlock, false, self->wait.where);
    return result;
}

DEADHEAT_INTERCEPT(int, pthread_spin_trylock, pthread_spinlock_t* lock) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_spin_trylock(lock);
    Call call(*self, DEADHEAT_CALLER);
    const void* address = const_cast<const int*>(lock);
    noteWait(call, OperationKind::spinTryLock, ResourceKind::spinlock, address, true, DEADHEAT_FRAME);
    if (controlling())
        reachOn(call, OperationKind::spinTryLock, nullptr, address);
    const int result = forward_pthread_spin_trylock(lock);
    if (result != 0)
        return result;
    if (controlling()) {
        spinlockAt(address).acquire(self->id);
        orderAcquire(*self, keyOf(address));
        engine().refresh(spinlockAt(address));
    }
    noteHeld(*self, keyOf(address), ResourceKind::spinlock, false, self->wait.where);
    return result;
}

DEADHEAT_INTERCEPT(int, pthread_spin_unlock, pthread_spinlock_t* lock) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_spin_unlock(lock);
    Call call(*self, DEADHEAT_CALLER);
    const void* address = const_cast<const int*>(lock);
    if (controlling())
        reachOn(call, OperationKind::spinUnlock, nullptr, address);
    noteReleased(*self, keyOf(address));
    const int result = forward_pthread_spin_unlock(lock);
    if (controlling()) {
        spinlockAt(address).release();
        engine().refresh(spinlockAt(address));
    }
    return result;
}

} // namespace deadheat::intercept
