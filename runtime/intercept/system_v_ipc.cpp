// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// System V semaphores and message queues.
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/sched/vector.h"

#include <cstdarg>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

std::uint64_t semaphoreKey(int set) {
    return kernelKey(KernelObject::semaphoreSet, 0, static_cast<std::uint64_t>(set));
}
std::uint64_t queueKey(int queue) { return kernelKey(KernelObject::queue, 0, static_cast<std::uint64_t>(queue)); }

using SemTimedOp = int (*)(int, sembuf*, std::size_t, const timespec*);
int callSemTimedOp(int set, sembuf* operations, std::size_t count, const timespec* limit) {
    static const auto semtimedop = reinterpret_cast<SemTimedOp>(libraryFunction("semtimedop"));
    return semtimedop(set, operations, count, limit);
}

/// An object that was removed while the thread waited has another error than one that never was.
long asRemoved(long result, bool waited) {
    if (result < 0 && errno == EINVAL && waited)
        errno = EIDRM;
    return result;
}

bool mayWait(const sembuf* operations, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        if (!(operations[i].sem_flg & IPC_NOWAIT))
            return true;
    return false;
}

/// As of a semaphore: what lowers it waits for what raises it; waiting for zero is waiting for others to lower it.
Edges edgesOf(const sembuf* operations, std::size_t count) {
    Edges edges;
    for (std::size_t i = 0; i < count; ++i) {
        edges.acquire |= operations[i].sem_op <= 0;
        edges.release |= operations[i].sem_op != 0;
    }
    return edges;
}

int operateControlled(Call& call, int set, sembuf* operations, std::size_t count, const timespec* limit) {
    if (kernelObjectsAreShared()) {
        OutsideCall outside(call.self, call.place());
        return callSemTimedOp(set, operations, count, limit);
    }
    sched::Vector<sembuf> attempt;
    for (std::size_t i = 0; i < count; ++i) {
        attempt.push(operations[i]);
        attempt.back().sem_flg |= IPC_NOWAIT;
        if (operations[i].sem_flg & SEM_UNDO)
            noteUndoneAtEnd(call.self, semaphoreKey(set));
    }
    const bool waits = mayWait(operations, count);
    bool waited = false;
    const long result = tryUntilDone(
        call, OperationKind::ipcSemaphore, semaphoreKey(set), edgesOf(operations, count),
        limit ? deadlineAfter(*limit) : sched::kNever,
        [&] { return callSemTimedOp(set, attempt.begin(), count, nullptr); },
        [&](int error) { return waited |= error == EAGAIN && waits; });
    return static_cast<int>(asRemoved(result, waited));
}

int operate(void* caller, int set, sembuf* operations, std::size_t count, const timespec* limit) {
    const auto perform = [=] { return callSemTimedOp(set, operations, count, limit); };
    ThreadRecord* self = enter();
    if (!self)
        return perform();
    if (!controlling())
        return performObserved(*self, semaphoreKey(set), edgesOf(operations, count), perform);
    Call call(*self, caller);
    return operateControlled(call, set, operations, count, limit);
}

/// A change by semctl or msgctl, which may let others go on.
template <typename Perform>
int change(void* caller, KernelObject kind, int id, Perform perform) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return perform();
    Call call(*self, caller);
    const std::uint64_t key = kernelKey(kind, 0, static_cast<std::uint64_t>(id));
    reachKernelObject(call, OperationKind::ipcControl, key);
    const int result = perform();
    applyEdges(*self, key, {.release = true, .acquire = true});
    noteKernelChange();
    return result;
}

/// `attempt` gets the flags to use.
template <typename Attempt>
long transfer(Call& call, OperationKind kind, int queue, int flags, int mustWaitError, Attempt attempt) {
    const bool sends = kind == OperationKind::ipcSend;
    if (kernelObjectsAreShared()) {
        OutsideCall outside(call.self, call.place());
        return attempt(flags);
    }
    bool waited = false;
    const long result = tryUntilDone(
        call, kind, queueKey(queue), {.release = sends, .acquire = !sends}, sched::kNever,
        [=] { return static_cast<long>(attempt(flags | IPC_NOWAIT)); },
        [&](int error) { return waited |= error == mustWaitError && !(flags & IPC_NOWAIT); });
    return asRemoved(result, waited);
}

} // namespace

DEADHEAT_EXPORT int intercept_semop(int, sembuf*, std::size_t) __asm__("semop");
DEADHEAT_EXPORT int intercept_semop(int set, sembuf* operations, std::size_t count) {
    return operate(DEADHEAT_CALLER, set, operations, count, nullptr);
}

DEADHEAT_EXPORT int intercept_semtimedop(int, sembuf*, std::size_t, const timespec*) __asm__("semtimedop");
DEADHEAT_EXPORT int intercept_semtimedop(int set, sembuf* operations, std::size_t count, const timespec* limit) {
    return operate(DEADHEAT_CALLER, set, operations, count, limit);
}

DEADHEAT_EXPORT int intercept_semctl(int, int, int, ...) __asm__("semctl");
DEADHEAT_EXPORT int intercept_semctl(int set, int number, int command, ...) {
    using SemCtl = int (*)(int, int, int, long);
    static const auto semctl = reinterpret_cast<SemCtl>(libraryFunction("semctl"));
    va_list rest;
    va_start(rest, command);
    const long argument = va_arg(rest, long); // union semun
    va_end(rest);
    return change(DEADHEAT_CALLER, KernelObject::semaphoreSet, set,
                  [=] { return semctl(set, number, command, argument); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, msgctl, int queue, int command, msqid_ds* status) {
    return change(DEADHEAT_CALLER, KernelObject::queue, queue,
                  [=] { return library_msgctl()(queue, command, status); });
}

DEADHEAT_INTERCEPT(int, msgsnd, int queue, const void* message, std::size_t bytes, int flags) {
    const auto perform = [=] { return forward_msgsnd(queue, message, bytes, flags); };
    ThreadRecord* self = enter();
    if (!self)
        return perform();
    if (!controlling())
        return performObserved(*self, queueKey(queue), {.release = true}, perform);
    Call call(*self, DEADHEAT_CALLER);
    return static_cast<int>(transfer(call, OperationKind::ipcSend, queue, flags, EAGAIN,
                                     [=](int with) { return forward_msgsnd(queue, message, bytes, with); }));
}

DEADHEAT_INTERCEPT(ssize_t, msgrcv, int queue, void* message, std::size_t bytes, long type, int flags) {
    const auto perform = [=] { return forward_msgrcv(queue, message, bytes, type, flags); };
    ThreadRecord* self = enter();
    if (!self)
        return perform();
    if (!controlling())
        return performObserved(*self, queueKey(queue), {.acquire = true}, perform);
    Call call(*self, DEADHEAT_CALLER);
    return transfer(call, OperationKind::ipcReceive, queue, flags, ENOMSG,
                    [=](int with) { return forward_msgrcv(queue, message, bytes, type, with); });
}

} // namespace deadheat::intercept
