// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that wait for what only the kernel knows: locks on files, System V semaphores and queues, the other end of a FIFO. In
// controlled runs such a call is only tried, never left to block; while it would have to wait, its thread waits for a change
// that the run makes to any such object. The order that these objects give is told to both detectors, which do not know them.
#pragma once

#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/signals.h"

#include <cerrno>

namespace deadheat::intercept {

/// What tells the objects apart, in the order of events and in reports.
enum class KernelObject : std::uint8_t { file = 1, semaphoreSet, queue, fifo, forks };
std::uint64_t kernelKey(KernelObject kind, std::uint64_t device, std::uint64_t id);
/// Of an open file.
std::uint64_t fileKey(KernelObject kind, int descriptor);

/// What a call on an object means for the order of events.
struct Edges {
    bool release = false; ///< what the thread did before comes before what others do after they acquire
    bool acquire = false;
};

/// Threads that wait for a change try again.
void noteKernelChange();
/// What the thread did comes before what others do once they have waited for the object.
void releaseObject(const ThreadRecord& self, std::uint64_t key);
void acquireObject(const ThreadRecord& self, std::uint64_t key);

/// The step that tries first.
void reachKernelObject(Call& call, sched::OperationKind kind, std::uint64_t key);
sched::Outcome awaitKernelChange(Call& call, sched::OperationKind kind, std::uint64_t key, sched::Time deadline);
/// The thread is gone.
void forgetKernelWaitsOf(const ThreadRecord& thread);
/// The end of the calling thread's process will undo what it has done to the object.
void noteUndoneAtEnd(const ThreadRecord& self, std::uint64_t key);
/// The thread's process is gone.
void releaseUndoneOf(const ThreadRecord& thread);
void resetKernelWaits();

/// A process that is not controlled may change what the run waits for.
bool kernelObjectsAreShared();

inline void applyEdges(const ThreadRecord& self, std::uint64_t key, Edges edges) {
    if (edges.release)
        releaseObject(self, key);
    if (edges.acquire)
        acquireObject(self, key);
}

/// Free running: the call itself, with its edges.
template <typename Perform>
auto performObserved(ThreadRecord& self, std::uint64_t key, Edges edges, Perform perform) {
    if (edges.release)
        releaseObject(self, key);
    const auto result = callUnsteered(&self, perform);
    if (edges.acquire && result >= 0)
        acquireObject(self, key);
    return result;
}

/// Performs `attempt`, which returns -1 and sets errno instead of blocking, until `mustWait(errno)` is false. The result is the
/// attempt's, or -1 with EINTR, or EAGAIN after the deadline.
template <typename Attempt, typename MustWait>
long tryUntilDone(Call& call, sched::OperationKind kind, std::uint64_t key, Edges edges, sched::Time deadline,
                  Attempt attempt, MustWait mustWait) {
    reachKernelObject(call, kind, key);
    for (;;) {
        const long result = attempt();
        if (result >= 0) {
            applyEdges(call.self, key, edges);
            noteKernelChange();
        }
        if (result >= 0 || !mustWait(errno))
            return result;
        const sched::Outcome outcome = awaitKernelChange(call, kind, key, deadline);
        if (outcome == sched::Outcome::timedOut || outcome == sched::Outcome::interrupted) {
            errno = outcome == sched::Outcome::timedOut ? EAGAIN : EINTR;
            return -1;
        }
    }
}

} // namespace deadheat::intercept
