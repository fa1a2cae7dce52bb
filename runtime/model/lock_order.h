// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Potential deadlocks: orders in which locks were taken that, in another run, could meet. An edge says that a thread held
// one lock when it waited for another. A cycle of edges counts only when it is feasible: the edges are of different
// threads, which the start and end of threads do not order, and no two of them happened under a common lock (Bensalem and
// Havelund, "Dynamic deadlock analysis of multi-threaded programs", HVC 2005). ThreadSanitizer's own detector knows
// neither gate locks nor joins. Not thread safe. A search gives up after kMostVisits edges.
#pragma once

#include "runtime/sched/hash_map.h"
#include "runtime/sched/operation.h"
#include "runtime/sched/vector.h"

namespace deadheat::model {

/// A lock as a thread holds or wants it.
struct LockUse {
    std::uint64_t lock = 0;
    bool shared = false;
    const void* evidence = nullptr; ///< the embedding's: where it was taken
};

/// What a thread has done between two starts or joins of threads, as a vector clock over thread numbers.
struct Segment {
    sched::ThreadId thread = 0;
    sched::Vector<std::uint32_t> clock;

    bool before(const Segment& other) const {
        return thread < other.clock.size() && clock[thread] <= other.clock[thread];
    }
};

struct LockEdge {
    LockUse held;
    LockUse wanted;
    const Segment* segment = nullptr;
    sched::Vector<LockUse> gates; ///< everything held, `held` included
};

class LockOrder {
public:
    void threadStarted(sched::ThreadId parent, sched::ThreadId child);
    void threadJoined(sched::ThreadId joiner, sched::ThreadId joined);

    /// `thread` waits for `wanted` while it holds `held`. Fills `cycle` and returns true when this closes a feasible
    /// cycle over locks that has not been returned before.
    bool acquire(sched::ThreadId thread, const LockUse& wanted, const sched::Vector<LockUse>& held,
                 sched::Vector<const LockEdge*>& cycle);
    /// The memory of all locks in [begin, end) ceases to be what it was.
    void forget(std::uint64_t begin, std::uint64_t end);

    /// Forgets everything; what callers gave as evidence stays theirs.
    void clear();

private:
    static constexpr std::size_t kLongestCycle = 8;
    static constexpr std::uint32_t kMostVisits = 20'000;

    struct Thread {
        sched::Vector<std::uint32_t> clock;
        const Segment* segment = nullptr; ///< made when the first edge needs it
    };

    Thread& threadAt(sched::ThreadId id);
    void advance(sched::ThreadId id);
    const Segment* segmentOf(sched::ThreadId id);
    sched::Vector<LockEdge*>& edgesFrom(std::uint64_t lock);
    bool isKnown(std::uint64_t lock, const LockUse& wanted, const Segment* segment, std::size_t gates);
    bool search(const LockEdge& last, const LockEdge& first, sched::Vector<const LockEdge*>& path);
    static bool compatible(const LockEdge& a, const LockEdge& b);
    bool isNew(const sched::Vector<const LockEdge*>& cycle);

    sched::Vector<Thread*> threads_;
    sched::HashMap<sched::Vector<LockEdge*>*> edges_; ///< by held lock
    sched::HashMap<bool> reported_;                   ///< by a hash of the cycle's locks
    std::uint32_t visits_ = 0;
};

} // namespace deadheat::model
