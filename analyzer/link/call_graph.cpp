// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/call_graph.h"

#include <algorithm>

namespace deadheat::link {

bool runsInCaller(ir::Op op) {
    return op == ir::Op::call || op == ir::Op::callIndirect || op == ir::Op::once || op == ir::Op::wait;
}

CallGraph::CallGraph(const ir::Module& code, const PointsTo& pointsTo) {
    collectCallees(code, pointsTo);
    findComponents();
}

bool CallGraph::isRecursive(FunctionId function) const {
    return components[componentOf[function]].size() > 1 ||
           std::binary_search(callees[function].begin(), callees[function].end(), function);
}

void CallGraph::collectCallees(const ir::Module& code, const PointsTo& pointsTo) {
    callees.resize(code.functions.size());
    for (FunctionId callee = 0; callee < code.functions.size(); ++callee)
        for (const InstrRef site : pointsTo.callersOf(callee))
            if (runsInCaller(instrAt(code, site).op) &&
                (callees[site.function].empty() || callees[site.function].back() != callee))
                callees[site.function].push_back(callee);
}

void CallGraph::findComponents() {
    struct Frame {
        FunctionId function;
        std::size_t next;
    };
    const std::size_t count = callees.size();
    std::vector<std::uint32_t> order(count, 0), low(count, 0);
    std::vector<FunctionId> open;
    std::vector<Frame> frames;
    std::uint32_t counter = 0;
    componentOf.assign(count, kNoId);
    const auto enter = [&](FunctionId function) {
        order[function] = low[function] = ++counter;
        open.push_back(function);
        frames.push_back({function, 0});
    };
    const auto close = [&](FunctionId root) {
        auto& members = components.emplace_back();
        do {
            members.push_back(open.back());
            componentOf[open.back()] = static_cast<std::uint32_t>(components.size() - 1);
            open.pop_back();
        } while (members.back() != root);
        std::sort(members.begin(), members.end());
    };
    for (FunctionId start = 0; start < count; ++start) {
        if (order[start] != 0)
            continue;
        enter(start);
        while (!frames.empty()) {
            const FunctionId function = frames.back().function;
            if (frames.back().next < callees[function].size()) {
                const FunctionId callee = callees[function][frames.back().next++];
                if (order[callee] == 0)
                    enter(callee);
                else if (componentOf[callee] == kNoId)
                    low[function] = std::min(low[function], order[callee]);
                continue;
            }
            frames.pop_back();
            if (!frames.empty())
                low[frames.back().function] = std::min(low[frames.back().function], low[function]);
            if (low[function] == order[function])
                close(function);
        }
    }
}

} // namespace deadheat::link
