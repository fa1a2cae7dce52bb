// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The resolved call edges, by instruction and by callee.
#pragma once

#include "analyzer/link/ids.h"

#include <span>
#include <utility>
#include <vector>

namespace deadheat::link {

using CallEdge = std::pair<InstrRef, FunctionId>;

class CallIndex {
public:
    CallIndex() = default;
    /// Takes edges in any order, with repetitions. `bindings` are targets of their instruction, which is no caller of them.
    CallIndex(std::vector<CallEdge> edges, const std::vector<CallEdge>& bindings, std::size_t functions);

    std::span<const FunctionId> targets(InstrRef site) const;
    std::span<const InstrRef> callers(FunctionId function) const;

private:
    void indexTargets(const std::vector<CallEdge>& edges);
    void indexCallers(const std::vector<CallEdge>& edges);

    std::vector<InstrRef> sites_;            ///< sorted, unique
    std::vector<std::uint32_t> firstSite_;   ///< by function: index into sites_
    std::vector<std::uint32_t> firstTarget_; ///< by site: index into targets_
    std::vector<FunctionId> targets_;
    std::vector<std::uint32_t> firstCaller_; ///< by function: index into callers_
    std::vector<InstrRef> callers_;
};

} // namespace deadheat::link
