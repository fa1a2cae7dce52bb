// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the runtime knows of one thread of the program: who it is, what it holds and where it took it, what it waits for.
// In controlled runs only the thread that has the turn writes records. In free running each thread writes its own; the
// watch reads those of threads that have not moved between two looks (`waits` unchanged).
#pragma once

#include "runtime/intercept/backtrace.h"
#include "runtime/model/outside.h"
#include "runtime/model/thread_end.h"
#include "runtime/sched/operation.h"
#include "runtime/sched/resource.h"
#include "runtime/sched/vector.h"

#include <atomic>
#include <pthread.h>

namespace deadheat::intercept {

struct Held {
    std::uint64_t address = 0; ///< a key (object_key.h)
    sched::ResourceKind kind = sched::ResourceKind::mutex;
    bool shared = false;
    Backtrace where;
    const void* evidence = nullptr; ///< lock_graph.cpp's copy of `where`
    bool ownerDied = false;         ///< a robust mutex taken over and not yet made consistent
    void* robust = nullptr;         ///< the mutex, when it is a robust one
};

struct Wait {
    sched::OperationKind operation = sched::OperationKind::start;
    sched::ResourceKind resource = sched::ResourceKind::mutex;
    std::uint64_t address = 0; ///< key of the object; for a join the other thread's ThreadRecord
    std::uint32_t number = 0;  ///< of the process, for a wait for a child; 0: any child
    bool timed = false;
    bool fromOutside = false; ///< another process can end the wait
    Backtrace where;
};

struct ThreadRecord {
    sched::ThreadId id = 0;
    sched::ThreadId parent = sched::kNoThread;
    std::uint32_t process = 0; ///< number of its process in a controlled run
    bool startsProcess = false;
    int tid = 0;
    pthread_t handle = 0;
    std::uintptr_t stackEnd = 0;
    Backtrace created;
    std::uint32_t tasks = 0; ///< that the program said it performs
    bool detached = false;
    bool joined = false;
    bool leftAtEnd = false;   ///< neither joined nor detached when main returned or exit was called
    bool leftRunning = false; ///< and had not ended
    std::atomic<bool> finished{false};

    std::atomic<std::uint32_t> turn{0};   ///< futex: 1 when the thread may go on
    bool isOutside = false;               ///< controlled runs: performs an outside call, without the turn
    std::uint64_t handlersRun = 0;        ///< controlled runs: signal handlers of the program
    std::uint64_t handlersRestarting = 0; ///< of these, how many let an interrupted wait go on
    std::uint32_t handlersActive = 0;     ///< controlled runs: handlers that the thread is in
    std::uint64_t handling = 0;           ///< signals whose deferred handlers are running, as bits
    std::uint64_t blockedSignals = 0;     ///< controlled runs: as bits, when the thread last gave the turn away
    bool signalled = false;          ///< controlled runs: a signal was sent and its handler has not been called yet
    bool cancelled = false;          ///< controlled runs: somebody asked it to end
    std::uint64_t clockReadings = 0; ///< controlled runs
    void* actsFor = nullptr;         ///< the caller of a function that is built on the next interceptor
    std::uint32_t callbacks = 0;     ///< initialisers of pthread_once that are running
    std::uint32_t depth = 0;         ///< above 0 inside the runtime: hooks pass through
    sched::Vector<Held> held;
    Wait wait;                           ///< the current or last wait
    std::atomic<std::uint64_t> waits{0}; ///< odd while waiting
    const char* blockedIn = nullptr;     ///< free running: kind of what it waits for in a system call; set by the watch
    std::uint64_t blockedOn = 0;         ///< the descriptor
    void* calledFrom = nullptr;      ///< free running: where the program calls a function that may block in the kernel
    model::ThreadEnd* end = nullptr; ///< controlled runs
    model::Outside* outside = nullptr; ///< controlled runs, once it made an outside call
};

/// The calling thread's; null for threads that the program did not start through pthread_create.
ThreadRecord* currentThread();
void setCurrentThread(ThreadRecord* record);

/// Registers the calling thread or one about to be created.
ThreadRecord& addThreadRecord(sched::ThreadId parent);
ThreadRecord* findThread(pthread_t handle);
void rememberHandle(ThreadRecord& record);
void forgetOtherThreads(ThreadRecord& survivor); ///< after fork

/// Only the calling thread is left, as number 0.
void resetThreadRecords();

std::size_t threadRecordCount();
ThreadRecord& threadRecordAt(std::size_t index);

void noteHeld(ThreadRecord& self, std::uint64_t address, sched::ResourceKind kind, bool shared, const Backtrace& where);
void noteReleased(ThreadRecord& self, std::uint64_t address);

} // namespace deadheat::intercept
