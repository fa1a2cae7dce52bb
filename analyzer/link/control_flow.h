// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/ir/ir.h"
#include "analyzer/link/ids.h"

#include <vector>

namespace deadheat::link {

/// Order and loops of one function's CFG.
struct ControlFlow {
    explicit ControlFlow(const ir::Function& function);

    std::vector<ir::Index> order;    ///< reachable blocks in reverse post-order
    std::vector<ir::Index> position; ///< block -> index in `order`; kNone when unreachable
    std::vector<ir::Index> loop;     ///< block -> id of the outermost cycle it is in; kNone when in none

    std::vector<std::vector<ir::Index>> predecessors; ///< reachable or not

    bool isBackEdge(ir::Index from, ir::Index to) const { return position[to] <= position[from]; }
    /// The blocks of the loop that the back edge closes, without its head: those that reach `tail` without going through `head`.
    /// Sorted.
    std::vector<ir::Index> bodyOf(ir::Index head, ir::Index tail) const;
    bool inLoop(ir::Index block) const { return loop[block] != ir::kNone; }
};

/// Whether some path, exceptions aside, leads from `from` (without one: the beginning of the function) to `to` (its end) past all of
/// `through`, which lie in the same function.
bool mayAvoid(const ir::Function& function, InstrRef from, InstrRef to, const std::vector<InstrRef>& through);

} // namespace deadheat::link
