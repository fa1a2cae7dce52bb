// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calls that run within the caller's thread: call, callIndirect, once and a wait's predicate; not spawn, submit and
// signal handlers. Strongly connected components by Tarjan (1972).
#pragma once

#include "analyzer/link/points_to.h"

namespace deadheat::link {

/// Whether the targets of the operation run synchronously.
bool runsInCaller(ir::Op op);

struct CallGraph {
    CallGraph(const ir::Module& code, const PointsTo& pointsTo);

    std::vector<std::vector<FunctionId>> callees;    ///< by function; sorted
    std::vector<std::vector<FunctionId>> components; ///< bottom-up: callees' components come first; members sorted
    std::vector<std::uint32_t> componentOf;          ///< by function
    /// Whether the function can call itself, directly or through others.
    bool isRecursive(FunctionId function) const;

private:
    void collectCallees(const ir::Module& code, const PointsTo& pointsTo);
    void findComponents();
};

} // namespace deadheat::link
