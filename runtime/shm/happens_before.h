// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector clocks over the threads of all processes (Lamport; Mattern). ThreadSanitizer has its own for the threads of one
// process, but cannot see another's. An object's clock only grows: a release does not forget earlier ones. Cost of an edge:
// linear in the threads.
#pragma once

#include "runtime/sched/hash_map.h"
#include "runtime/sched/operation.h"
#include "runtime/sched/vector.h"

namespace deadheat::shm {

class HappensBefore {
public:
    /// `child` comes after what `parent` did so far.
    void start(sched::ThreadId parent, sched::ThreadId child);
    void release(sched::ThreadId thread, std::uint64_t object);
    void acquire(sched::ThreadId thread, std::uint64_t object);

    /// The thread's own time; moves on with every release.
    std::uint32_t now(sched::ThreadId thread) { return clockOf(thread)[thread]; }
    /// Is what `other` did at its time `then` ordered before what `thread` does now?
    bool isBefore(sched::ThreadId other, std::uint32_t then, sched::ThreadId thread);
    void clear();

private:
    using Clock = sched::Vector<std::uint32_t>;

    Clock& clockOf(sched::ThreadId thread);
    Clock& clockOfObject(std::uint64_t object);
    static void raise(Clock& clock, const Clock& other);

    sched::Vector<Clock*> threads_;
    sched::HashMap<Clock*> objects_;
};

} // namespace deadheat::shm
