// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a lock that is held while a thread is started means for that thread: the creation and descendant locksets of Goblint
// (Schwarz et al.), for global locks only.
#pragma once

#include "analyzer/link/parallel.h"
#include "analyzer/link/program.h"

#include <vector>

namespace deadheat::link {

/// One side of a question: who runs it, what it holds, what was taken before it.
struct StartSituation {
    RootId root = 0;
    std::vector<EntryLock> locks;
    std::vector<Acquisition> acquired;
};

/// Read only after construction, except for the cache of `parallelism`: not thread safe.
class StartLocks {
public:
    StartLocks(const WholeProgram& program, Parallelism& parallelism);

    /// Whether threads of this root live only while some lock is held for them.
    bool isUnderLock(RootId root) const { return !heldForLife_[root].empty(); }
    /// Whether a thread that lives only while its starter holds a lock keeps the two apart: the other one holds that lock, too.
    bool exclude(const StartSituation& a, const StartSituation& b) const;
    /// Whether the starter holds a lock since before it started the other one's thread, which has taken that lock by then.
    bool isGate(const StartSituation& starter, const StartSituation& child) const;

private:
    std::vector<Acquisition> heldAtStarts(RootId root) const;
    bool isGivenBackWhileAlive(const Acquisition& held, RootId root) const;
    bool excludes(const StartSituation& child, const StartSituation& other) const;
    bool isTakenBeforeStart(const EntryLock& lock, RootId starter, RootId child) const;

    const WholeProgram& p_;
    Parallelism& parallelism_;
    std::vector<std::vector<Acquisition>> heldForLife_; ///< by root: by whom, while any thread of that root is alive
};

} // namespace deadheat::link
