// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds threads that wait for each other in a cycle, and those that wait for what a thread held when it ended. A search follows
// only the threads that have become blocked since the last one; it is linear in the threads.
#pragma once

#include "runtime/sched/operation.h"
#include "runtime/sched/vector.h"

namespace deadheat::sched {

class Engine;

class WaitCycles {
public:
    /// The thread has become blocked, or what it waits for may be lost.
    void suspect(ThreadId thread) { suspects_.push(thread); }
    /// Is there one among the threads of `engine` suspected since the last call?
    bool find(const Engine& engine);

    /// After find(): each waits for the next and the last one for the first; or one that waits for a thread that has ended.
    const Vector<ThreadId>& cycle() const { return cycle_; }
    /// Is it the second kind?
    bool holderEnded() const { return holderEnded_; }

private:
    bool follow(const Engine& engine, ThreadId at, std::uint64_t begin);
    bool keepFrom(ThreadId first);
    std::uint64_t& visitOf(ThreadId thread);

    Vector<ThreadId> suspects_;
    Vector<ThreadId> cycle_;       ///< during a search the path
    Vector<std::uint64_t> visits_; ///< of each thread, when the search last came by
    std::uint64_t visit_ = 0;      ///< counts them
    bool holderEnded_ = false;
};

} // namespace deadheat::sched
