// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/control_flow.h"

#include <algorithm>

namespace deadheat::link {

namespace {

/// Iterative depth-first search; calls `onFinish` in post-order.
template <class Successors, class OnFinish>
void depthFirst(ir::Index start, std::vector<char>& seen, const Successors& successors, const OnFinish& onFinish) {
    if (seen[start])
        return;
    struct Frame {
        ir::Index block;
        std::size_t next;
    };
    std::vector<Frame> stack{{start, 0}};
    seen[start] = 1;
    while (!stack.empty()) {
        Frame& frame = stack.back();
        const auto& targets = successors(frame.block);
        if (frame.next == targets.size()) {
            onFinish(frame.block);
            stack.pop_back();
            continue;
        }
        ir::Index target = targets[frame.next++];
        if (seen[target])
            continue;
        seen[target] = 1;
        stack.push_back({target, 0});
    }
}

} // namespace

ControlFlow::ControlFlow(const ir::Function& function)
    : position(function.blocks.size(), ir::kNone), loop(function.blocks.size(), ir::kNone) {
    std::size_t count = function.blocks.size();
    if (count == 0)
        return;
    std::vector<std::vector<ir::Index>> next(count), previous(count);
    for (ir::Index b = 0; b < count; ++b)
        for (const ir::Edge& edge : function.blocks[b].successors) {
            next[b].push_back(edge.target);
            previous[edge.target].push_back(b);
        }
    std::vector<char> seen(count);
    predecessors = previous;
    depthFirst(0, seen, [&](ir::Index b) -> const auto& { return next[b]; }, [&](ir::Index b) { order.push_back(b); });
    std::ranges::reverse(order);
    for (ir::Index i = 0; i < order.size(); ++i)
        position[order[i]] = i;

    // Kosaraju: in the reversed graph, each search from the next unvisited block in reverse post-order is one component.
    for (ir::Index b = 0; b < count; ++b)
        seen[b] = position[b] == ir::kNone;
    ir::Index nextLoop = 0;
    for (ir::Index head : order) {
        if (seen[head])
            continue;
        std::vector<ir::Index> component;
        depthFirst(
            head, seen, [&](ir::Index b) -> const auto& { return previous[b]; },
            [&](ir::Index b) { component.push_back(b); });
        bool cyclic = component.size() > 1 || std::ranges::count(next[head], head) > 0;
        if (!cyclic)
            continue;
        for (ir::Index b : component)
            loop[b] = nextLoop;
        ++nextLoop;
    }
}

std::vector<ir::Index> ControlFlow::bodyOf(ir::Index head, ir::Index tail) const {
    std::vector<ir::Index> body;
    std::vector<bool> isSeen(position.size());
    isSeen[head] = true;
    std::vector<ir::Index> work{tail};
    while (!work.empty()) {
        const ir::Index block = work.back();
        work.pop_back();
        if (isSeen[block] || position[block] == ir::kNone)
            continue;
        isSeen[block] = true;
        body.push_back(block);
        work.insert(work.end(), predecessors[block].begin(), predecessors[block].end());
    }
    std::ranges::sort(body);
    return body;
}

bool mayAvoid(const ir::Function& function, InstrRef from, InstrRef to, const std::vector<InstrRef>& through) {
    enum class Met : std::uint8_t { nothing, goal, obstacle };
    auto meets = [&](ir::Index block, ir::Index first) {
        for (ir::Index i = first; i < function.blocks[block].instrs.size(); ++i) {
            auto isHere = [&](InstrRef at) { return at && at.block == block && at.instr == i; };
            if (isHere(to))
                return Met::goal;
            if (std::ranges::any_of(through, isHere))
                return Met::obstacle;
        }
        return !to && block == function.exitBlock ? Met::goal : Met::nothing;
    };
    std::vector<bool> isSeen(function.blocks.size());
    std::vector<std::pair<ir::Index, ir::Index>> work{{from ? from.block : 0, from ? from.instr + 1 : 0}};
    while (!work.empty()) {
        const auto [block, first] = work.back();
        work.pop_back();
        const Met met = meets(block, first);
        if (met == Met::goal)
            return true;
        if (met == Met::obstacle)
            continue;
        for (const ir::Edge& edge : function.blocks[block].successors)
            if (edge.kind != ir::EdgeKind::exceptional && !isSeen[edge.target]) {
                isSeen[edge.target] = true;
                work.emplace_back(edge.target, 0);
            }
    }
    return false;
}

} // namespace deadheat::link
