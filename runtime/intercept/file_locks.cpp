// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// flock, lockf and fcntl's locks. A lock that nobody in the run holds is held by somebody outside: then the call is left to the
// kernel, without the turn.
#include "runtime/intercept/file_locks.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"

#include <cstdarg>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

struct Lock {
    std::uint64_t key;
    std::uint32_t process;
    bool operator==(const Lock& other) const { return key == other.key && process == other.process; }
};
DEADHEAT_SHARED sched::Shared<sched::Vector<Lock>> locks;

bool isLockedByRun(std::uint64_t key) {
    for (const Lock& lock : *locks)
        if (lock.key == key)
            return true;
    return false;
}

void noteLocked(std::uint64_t key) {
    const Lock lock{key, thisProcess().number};
    if (locks->indexOf(lock) == locks->size())
        locks->push(lock);
}

bool saysLocked(int error) { return error == EAGAIN || error == EACCES || error == EWOULDBLOCK; }

/// `attempt` fails where `block` blocks.
template <typename Attempt, typename Block>
int lockFile(Call& call, int descriptor, Attempt attempt, Block block) {
    const std::uint64_t key = fileKey(KernelObject::file, descriptor);
    long result = tryUntilDone(call, OperationKind::fileLock, key, {.acquire = true}, sched::kNever, attempt,
                               [=](int error) { return saysLocked(error) && isLockedByRun(key); });
    if (result < 0 && saysLocked(errno)) {
        reportUnsupported("a lock on a file that a program outside holds");
        OutsideCall outside(call.self, call.place());
        result = block();
    }
    if (result >= 0)
        noteLocked(key);
    return static_cast<int>(result);
}

template <typename Unlock>
int unlockFile(Call& call, int descriptor, bool whole, Unlock unlock) {
    const std::uint64_t key = fileKey(KernelObject::file, descriptor);
    reachKernelObject(call, OperationKind::fileUnlock, key);
    releaseObject(call.self, key);
    const int result = unlock();
    if (whole)
        locks->eraseValue(Lock{key, thisProcess().number});
    noteKernelChange();
    return result;
}

/// Attempts that do not block.
template <typename Attempt>
int tryLockFile(Call& call, int descriptor, Attempt attempt) {
    const std::uint64_t key = fileKey(KernelObject::file, descriptor);
    reachKernelObject(call, OperationKind::fileLock, key);
    const int result = attempt();
    if (result >= 0) {
        acquireObject(call.self, key);
        noteLocked(key);
    }
    return result;
}

template <typename Perform>
int performFree(ThreadRecord* self, int descriptor, bool unlocks, Perform perform) {
    if (!self)
        return perform();
    return performObserved(*self, fileKey(KernelObject::file, descriptor), {.release = unlocks, .acquire = !unlocks},
                           perform);
}

} // namespace

void noteFileClosed(const ThreadRecord& self, int descriptor) {
    if (locks->empty())
        return;
    const std::uint64_t key = fileKey(KernelObject::file, descriptor);
    if (!isLockedByRun(key))
        return;
    releaseObject(self, key);
    noteKernelChange();
}

void releaseFileLocksOf(const ThreadRecord& thread) {
    for (std::size_t i = locks->size(); i-- > 0;) {
        if ((*locks)[i].process != thread.process)
            continue;
        orderRelease(thread, (*locks)[i].key);
        locks->erase(i);
    }
}

void resetFileLocks() { locks->clear(); }

DEADHEAT_INTERCEPT_LIBRARY(int, flock, int descriptor, int operation) {
    const auto block = [=] { return library_flock()(descriptor, operation); };
    const bool unlocks = (operation & ~LOCK_NB) == LOCK_UN;
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return performFree(self, descriptor, unlocks, block);
    Call call(*self, DEADHEAT_CALLER);
    if (unlocks)
        return unlockFile(call, descriptor, true, block);
    if (operation & LOCK_NB)
        return tryLockFile(call, descriptor, block);
    return lockFile(call, descriptor, [=] { return library_flock()(descriptor, operation | LOCK_NB); }, block);
}

namespace {

using Fcntl = int (*)(int, int, long);
int callFcntl(int descriptor, int command, long argument) {
    static const auto fcntl = reinterpret_cast<Fcntl>(libraryFunction("fcntl"));
    return fcntl(descriptor, command, argument);
}

int controlLock(Call& call, int descriptor, int command, const struct flock* lock) {
    const auto argument = reinterpret_cast<long>(lock);
    const auto perform = [=] { return callFcntl(descriptor, command, argument); };
    if (lock->l_type == F_UNLCK)
        return unlockFile(call, descriptor, lock->l_start == 0 && lock->l_len == 0, perform);
    if (command == F_SETLK || command == F_OFD_SETLK)
        return tryLockFile(call, descriptor, perform);
    const int attempt = command == F_SETLKW ? F_SETLK : F_OFD_SETLK;
    return lockFile(call, descriptor, [=] { return callFcntl(descriptor, attempt, argument); }, perform);
}

bool locksFile(int command) {
    return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

int controlDescriptor(void* caller, int descriptor, int command, long argument) {
    const auto perform = [=] { return callFcntl(descriptor, command, argument); };
    ThreadRecord* self = enter();
    const auto* lock = reinterpret_cast<const struct flock*>(argument);
    if (locksFile(command) && (!self || !controlling()))
        return performFree(self, descriptor, lock->l_type == F_UNLCK, perform);
    if (locksFile(command)) {
        Call call(*self, caller);
        return controlLock(call, descriptor, command, lock);
    }
    const int result = perform();
    if (self && controlling() && (command == F_DUPFD || command == F_DUPFD_CLOEXEC) && result >= 0)
        noteCopiedDescriptor(descriptor, result);
    return result;
}

int controlRange(void* caller, int descriptor, int command, off_t bytes) {
    using Lockf = int (*)(int, int, off_t);
    static const auto lockf = reinterpret_cast<Lockf>(libraryFunction("lockf"));
    const auto perform = [=] { return lockf(descriptor, command, bytes); };
    ThreadRecord* self = enter();
    if (command == F_TEST)
        return perform();
    if (!self || !controlling())
        return performFree(self, descriptor, command == F_ULOCK, perform);
    Call call(*self, caller);
    if (command == F_ULOCK)
        return unlockFile(call, descriptor, bytes == 0, perform);
    if (command == F_TLOCK)
        return tryLockFile(call, descriptor, perform);
    return lockFile(call, descriptor, [=] { return lockf(descriptor, F_TLOCK, bytes); }, perform);
}

} // namespace

/// Every command of fcntl takes at most one argument, a pointer or an int.
#define DEADHEAT_FCNTL(name)                                                                                           \
    DEADHEAT_EXPORT int intercept_##name(int, int, ...) __asm__(#name);                                                \
    DEADHEAT_EXPORT int intercept_##name(int descriptor, int command, ...) {                                           \
        va_list rest;                                                                                                  \
        va_start(rest, command);                                                                                       \
        const long argument = va_arg(rest, long);                                                                      \
        va_end(rest);                                                                                                  \
        return controlDescriptor(DEADHEAT_CALLER, descriptor, command, argument);                                      \
    }
DEADHEAT_FCNTL(fcntl)
DEADHEAT_FCNTL(fcntl64)

#define DEADHEAT_LOCKF(name)                                                                                           \
    DEADHEAT_EXPORT int intercept_##name(int, int, off_t) __asm__(#name);                                              \
    DEADHEAT_EXPORT int intercept_##name(int descriptor, int command, off_t bytes) {                                   \
        return controlRange(DEADHEAT_CALLER, descriptor, command, bytes);                                              \
    }
DEADHEAT_LOCKF(lockf)
DEADHEAT_LOCKF(lockf64)

} // namespace deadheat::intercept
