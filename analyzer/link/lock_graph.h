// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which lock is taken while which is held, by whom, and which cycles of that can really close. Lock classes as in Linux's
// lockdep; the pairs (held, acquired) per function composed over contexts are Infer's critical pairs (Brotherston et al.,
// "A Compositional Deadlock Detector for Android Java", ASE 2021). Deviations: instances are told apart where one concrete
// lock is known; gate locks and the thread tree exclude cycles that cannot close.
#pragma once

#include "analyzer/link/parallel.h"
#include "analyzer/link/program.h"
#include "analyzer/link/single_runs.h"

#include <map>
#include <set>
#include <vector>

namespace deadheat::link {

/// A lock, or all locks that are the same member of a class.
struct LockNode {
    ir::Index field = ir::kNone; ///< class of locks
    LocationId location = kNoId; ///< one concrete lock
    auto operator<=>(const LockNode&) const = default;
};

struct LockUse {
    ExprId lock = kNoExpr;
    FunctionId scope = kNoId;
    InstrRef where;
    bool shared = false;
    bool recursive = false; ///< may be taken again by who holds it
};

/// `second` is taken while `first` is held.
struct LockEdge {
    LockNode from, to;
    LockUse first, second;
    InstrRef via; ///< the call that takes `second`, in the function that the context runs; may be empty
    ContextId context = kNoId;
    Parallelism::Place place;
    std::vector<LockNode> gates; ///< other locks held at the time; sorted
};

struct LockCycle {
    std::vector<LockEdge> edges; ///< edge i ends where edge i+1 starts
    bool openWorld = false;      ///< only unknown callers would run it in parallel
};

/// Taken by the thread that already holds it.
struct Relock {
    LockUse first, second;
    InstrRef via;
    ContextId context = kNoId;
};

class LockGraph {
public:
    LockGraph(const WholeProgram& program, Parallelism& parallelism);

    const std::vector<LockEdge>& edges() const { return edges_; }
    /// Feasible cycles over two or more nodes, each node set once; shortest first.
    std::vector<LockCycle> cycles();
    /// Two instances of one class, taken in an order that the code does not fix.
    const std::vector<LockEdge>& unorderedInstances() const { return instances_; }
    const std::vector<Relock>& relocks() const { return relocks_; }
    /// Taken by a signal handler, and by code that the signal may interrupt: `first`. One for each place in a handler that takes a lock or
    /// makes a call that does: the nearest lock behind it. Signal masks are not seen.
    const std::vector<Relock>& inHandlers() const { return inHandlers_; }
    /// Whether some initialisation or acquisition says that the lock is recursive.
    bool isRecursiveLock(ExprId lock, FunctionId scope) const { return isRecursive(nodeOf(lock, scope)); }
    /// How many places take `to` while holding `from`.
    std::size_t weight(const LockNode& from, const LockNode& to) const;

private:
    void collectRecursive();
    void collectInHandlers();
    void collectNearest(const std::vector<std::pair<LockUse, ContextId>>& inHandlers,
                        const std::map<LockNode, LockUse>& ordinary);
    void collect(const Context& context, ContextId id);
    void addEdge(const Context& context, ContextId id, const AcquireFact& acquire, const EntryLock& held,
                 const std::vector<EntryLock>& all);
    LockNode nodeOf(ExprId lock, FunctionId scope) const;
    LockNode nodeOf(ExprId lock, const std::vector<LocationId>& locations) const;
    std::vector<LockNode> nodesOf(const Context& context, ExprId lock, FunctionId scope) const;
    void addEdge(LockEdge edge);
    bool isRecursive(const LockNode& node) const { return recursive_.contains(node); }
    bool comparesTwo(FunctionId function) const;
    bool takesBothWays(FunctionId function, ExprId first, ExprId second) const;
    bool independent(ExprId first, ExprId second) const;
    bool isSelfDeadlock(const LockEdge& edge) const;
    bool feasible(const std::vector<const LockEdge*>& path, bool& openWorld);
    void search(std::vector<const LockEdge*>& path, const LockNode& start, std::vector<LockCycle>& found,
                std::set<std::set<LockNode>>& seen);

    const WholeProgram& p_;
    Parallelism& parallelism_;
    SingleRuns singles_;
    std::vector<LockEdge> edges_, instances_;
    std::vector<Relock> relocks_, inHandlers_;
    std::set<LockNode> recursive_;
    std::size_t steps_ = 0; ///< of the search from one start, bounded
    std::map<LockNode, std::vector<std::size_t>> from_;
    std::map<std::pair<LockNode, LockNode>, std::set<InstrRef>> places_;
};

} // namespace deadheat::link
