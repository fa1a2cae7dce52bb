// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads: creation, end, join, detach. A new thread waits for its first turn in a start routine of ours, after
// ThreadSanitizer's own start handshake. It ends for the scheduler in the last round but one of thread-specific destructors, so
// that the program's own destructors still run under control.
#include "runtime/intercept/threads.h"

#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/mutexes.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/tasks.h"

#include <cerrno>
#include <climits>
#include <cstdlib>

extern "C" int forward_join_for_timed(pthread_t thread, void** result) __asm__("__interceptor_pthread_join");

namespace deadheat::intercept {
namespace {

using sched::OperationKind;
using sched::ResourceKind;

struct Start {
    void* (*routine)(void*);
    void* argument;
    ThreadRecord* record;
};

DEADHEAT_PER_PROCESS pthread_key_t endKey = 0;
DEADHEAT_PER_PROCESS std::uintptr_t mainStackEnd = 0;

/// Runs once per round of destructors; the value counts the rounds that are left.
void onDestructors(void* value) {
    const auto rounds = reinterpret_cast<std::uintptr_t>(value);
    if (rounds > 1) {
        pthread_setspecific(endKey, reinterpret_cast<void*>(rounds - 1));
        return;
    }
    threadEnds();
}

/// One round before the last, in which ThreadSanitizer's own destructor takes the thread's state away.
constexpr std::uintptr_t kEndRound = PTHREAD_DESTRUCTOR_ITERATIONS - 1;

void armEnd() { pthread_setspecific(endKey, reinterpret_cast<void*>(kEndRound)); }

bool isLastThread(const ThreadRecord& self) {
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        const ThreadRecord& other = threadRecordAt(i);
        if (&other != &self && other.process == self.process && !other.finished.load(std::memory_order_acquire))
            return false;
    }
    return true;
}

void enrolThread(ThreadRecord& self, std::uintptr_t stackEnd) {
    self.tid = currentTid();
    self.handle = pthread_self();
    self.stackEnd = stackEnd;
    rememberHandle(self);
    setCurrentThread(&self);
}

void* startThread(void* argument) {
    const Start start = *static_cast<Start*>(argument);
    sched::destroy(static_cast<Start*>(argument));
    ThreadRecord& self = *start.record;
    enrolThread(self, pthread_self()); // the C library keeps what it knows of a thread above the thread's frames
    armEnd();
    if (controlling())
        awaitFirstTurn(self);
    return start.routine(start.argument);
}

bool isCreatedDetached(const pthread_attr_t* attributes) {
    int state = PTHREAD_CREATE_JOINABLE;
    if (attributes)
        pthread_attr_getdetachstate(attributes, &state);
    return state == PTHREAD_CREATE_DETACHED;
}

ThreadRecord& prepareChild(Call& call, const pthread_attr_t* attributes) {
    ThreadRecord& child = addThreadRecord(call.self.id);
    child.detached = isCreatedDetached(attributes);
    captureByTables(child.created, call.caller);
    noteThreadStarted(call.self, child);
    if (controlling()) {
        engine().spawn();
        child.blockedSignals = blockedSignals();
        child.end = sched::create<model::ThreadEnd>(child.id, reinterpret_cast<std::uint64_t>(&child));
        child.end->setNumber(child.id);
        orderStart(call.self, child);
        ++thisProcess().liveThreads;
    }
    return child;
}

/// The thread was not made: it counts as one that has ended, and that nobody need join.
void withdraw(ThreadRecord& child) {
    child.joined = true;
    child.finished.store(true, std::memory_order_release);
    if (!controlling())
        return;
    --thisProcess().liveThreads;
    engine().drop(child.id);
}

/// Null when the handle is unknown or the join is not ours to model.
ThreadRecord* target(pthread_t handle) {
    ThreadRecord* record = findThread(handle);
    return record && !record->joined && !record->detached ? record : nullptr;
}

void noteJoin(Call& call, ThreadRecord& other, bool timed) {
    noteWait(call, OperationKind::join, ResourceKind::thread, &other, timed, nullptr, StackBy::tables);
}

/// The key of a thread's end for the order of events.
std::uint64_t endOf(const ThreadRecord& thread) { return reinterpret_cast<std::uint64_t>(&thread); }

void noteJoined(Call& call, ThreadRecord& other, int status) {
    if (status != 0)
        return;
    other.joined = true;
    noteThreadJoined(call.self, other);
    orderAcquire(call.self, endOf(other));
}

bool joinControlled(Call& call, ThreadRecord& other, sched::Time deadline) {
    return reachOn(call, OperationKind::join, other.end, other.end, deadline) != sched::Outcome::timedOut;
}

} // namespace

void prepareThreads(std::uintptr_t stackEnd) {
    pthread_key_create(&endKey, onDestructors);
    mainStackEnd = stackEnd;
}

void enrolMainThread() {
    enrolThread(addThreadRecord(sched::kNoThread), mainStackEnd);
    armEnd();
}

void enrolMainThreadAgain(ThreadRecord& self) { enrolThread(self, mainStackEnd); }

std::uintptr_t stackEndOfCaller() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return 0;
    void* base = nullptr;
    std::size_t bytes = 0;
    pthread_attr_getstack(&attributes, &base, &bytes);
    pthread_attr_destroy(&attributes);
    return reinterpret_cast<std::uintptr_t>(base) + bytes;
}

void threadEnds() {
    ThreadRecord* self = currentThread();
    if (!self)
        return;
    if (isLastThread(*self)) // the C library would wait for the runtime's and ThreadSanitizer's own threads
        std::exit(0);
    ++self->depth;
    tsan::endTasks();
    leaveRobustMutexes(*self);
    if (controlling()) {
        reach(*self, operationOn(OperationKind::exit, nullptr, reinterpret_cast<std::uint64_t>(self->end), 0));
        releaseRobustMutexes(*self);
        orderRelease(*self, endOf(*self));
        --thisProcess().liveThreads;
        if (self->end) {
            self->end->end();
            engine().refresh(*self->end);
        }
        leaveControl(*self);
    }
    self->finished.store(true, std::memory_order_release);
}

DEADHEAT_INTERCEPT(int, pthread_create, pthread_t* handle, const pthread_attr_t* attributes, void* (*routine)(void*),
                   void* argument) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_create(handle, attributes, routine, argument);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling())
        reachOn(call, OperationKind::create, nullptr, nullptr);
    ThreadRecord& child = prepareChild(call, attributes);
    auto* start = sched::create<Start>(Start{routine, argument, &child});
    const int result = forward_pthread_create(handle, attributes, startThread, start);
    if (result != 0) {
        sched::destroy(start);
        withdraw(child);
        return result;
    }
    child.handle = *handle;
    rememberHandle(child);
    return 0;
}

DEADHEAT_INTERCEPT(int, pthread_join, pthread_t handle, void** result) {
    ThreadRecord* self = enter();
    ThreadRecord* other = self ? target(handle) : nullptr;
    if (!other)
        return forward_pthread_join(handle, result);
    Call call(*self, DEADHEAT_CALLER);
    noteJoin(call, *other, false);
    if (controlling())
        joinControlled(call, *other, sched::kNever);
    ObservedWait waiting(*self);
    const int status = forward_pthread_join(handle, result);
    noteJoined(call, *other, status);
    return status;
}

DEADHEAT_INTERCEPT(int, pthread_tryjoin_np, pthread_t handle, void** result) {
    ThreadRecord* self = enter();
    ThreadRecord* other = self ? target(handle) : nullptr;
    if (!other)
        return forward_pthread_tryjoin_np(handle, result);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling()) {
        reachOn(call, OperationKind::join, nullptr, other->end);
        if (!other->end->ended())
            return EBUSY;
    }
    const int status =
        controlling() ? forward_join_for_timed(handle, result) : forward_pthread_tryjoin_np(handle, result);
    noteJoined(call, *other, status);
    return status;
}

DEADHEAT_INTERCEPT(int, pthread_timedjoin_np, pthread_t handle, void** result, const timespec* until) {
    ThreadRecord* self = enter();
    ThreadRecord* other = self ? target(handle) : nullptr;
    if (!other)
        return forward_pthread_timedjoin_np(handle, result, until);
    Call call(*self, DEADHEAT_CALLER);
    noteJoin(call, *other, true);
    if (controlling() && !joinControlled(call, *other, deadlineOf(CLOCK_REALTIME, *until)))
        return ETIMEDOUT;
    ObservedWait waiting(*self);
    const int status =
        controlling() ? forward_join_for_timed(handle, result) : forward_pthread_timedjoin_np(handle, result, until);
    noteJoined(call, *other, status);
    return status;
}

DEADHEAT_EXPORT int intercept_pthread_clockjoin_np(pthread_t, void**, clockid_t,
                                                   const timespec*) __asm__("pthread_clockjoin_np");
DEADHEAT_EXPORT int intercept_pthread_clockjoin_np(pthread_t handle, void** result, clockid_t clock,
                                                   const timespec* until) {
    const OnBehalf caller(DEADHEAT_CALLER);
    const timespec wall = controlling() ? onVirtualWall(clock, *until) : onWallClock(clock, *until);
    return pthread_timedjoin_np(handle, result, &wall);
}

DEADHEAT_INTERCEPT(int, pthread_detach, pthread_t handle) {
    ThreadRecord* self = enter();
    ThreadRecord* other = self ? target(handle) : nullptr;
    if (!other)
        return forward_pthread_detach(handle);
    Call call(*self, DEADHEAT_CALLER);
    if (controlling())
        reachOn(call, OperationKind::detach, nullptr, other->end);
    const int status = forward_pthread_detach(handle);
    other->detached |= status == 0;
    return status;
}

/// A thread that is ended in the midst of the runtime would keep the turn: it is ended where any other is.
DEADHEAT_INTERCEPT_LIBRARY(int, pthread_setcanceltype, int type, int* old) {
    if (type != PTHREAD_CANCEL_ASYNCHRONOUS || !enter() || !controlling())
        return library_pthread_setcanceltype()(type, old);
    reportUnsupported("pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS)");
    return library_pthread_setcanceltype()(PTHREAD_CANCEL_DEFERRED, old);
}

DEADHEAT_INTERCEPT_LIBRARY(int, pthread_cancel, pthread_t handle) {
    ThreadRecord* self = enter();
    ThreadRecord* other = self && controlling() ? findThread(handle) : nullptr;
    if (!other)
        return library_pthread_cancel()(handle);
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::cancel, nullptr, other->end);
    const int result = library_pthread_cancel()(handle);
    if (result == 0 && !other->finished.load(std::memory_order_relaxed)) {
        other->cancelled = true;
        engine().interrupt(other->id);
    }
    return result;
}

} // namespace deadheat::intercept
