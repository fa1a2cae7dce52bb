// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds threads that wait for each other in a cycle, and those that wait for what a thread held when it ended. A search follows
// only the threads that have become blocked since the last one; it is linear in the threads.
#pragma once

#include "runtime/sched/resource.h"
#include "runtime/sched/vector.h"

namespace deadheat::sched {

/// What the search asks of the threads.
class WaitGraph {
public:
    /// What the thread waits for without a limit of time; null: it can go on by itself.
    virtual const Operation* endlessWaitOf(ThreadId) const = 0;
    virtual bool isFinished(ThreadId) const = 0;

protected:
    ~WaitGraph() = default;
};

class WaitCycles {
public:
    explicit WaitCycles(const WaitGraph& graph) : graph_(graph) {}

    /// The thread has become blocked, or what it waits for may be lost.
    void suspect(ThreadId thread) { suspects_.push(thread); }
    /// Is there one among the threads suspected since the last call?
    bool find();

    /// After find(): each waits for the next and the last one for the first; or one that waits for a thread that has ended.
    const Vector<ThreadId>& cycle() const { return cycle_; }
    /// Is it the second kind?
    bool holderEnded() const { return holderEnded_; }

private:
    bool follow(ThreadId at, std::uint64_t begin);
    bool keepFrom(ThreadId first);
    std::uint64_t& visitOf(ThreadId thread);

    const WaitGraph& graph_;
    Vector<ThreadId> suspects_;
    Vector<ThreadId> cycle_;       ///< during a search the path
    Vector<std::uint64_t> visits_; ///< of each thread, when the search last came by
    std::uint64_t visit_ = 0;      ///< counts them
    bool holderEnded_ = false;
};

} // namespace deadheat::sched
