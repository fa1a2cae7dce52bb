// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The worklist solver of the constraint graph.
#include "analyzer/link/inclusion_graph.h"

#include <utility>

namespace deadheat::link {

void InclusionGraph::solve() {
    for (;;) {
        if (createdDone_ < createdParts_.size()) {
            onPartCreated(createdParts_[createdDone_++]);
        } else if (!pending_.empty()) {
            applyPending();
        } else if (!worklist_.empty()) {
            const NodeId node = worklist_.front();
            worklist_.pop_front();
            state_[node].queued = false;
            if (find(node) == node)
                visit(node);
        } else {
            return;
        }
    }
}

void InclusionGraph::enqueue(NodeId node) {
    if (!state_[node].queued) {
        state_[node].queued = true;
        worklist_.push_back(node);
    }
}

void InclusionGraph::applyPending() {
    const Pending pending = pending_.back();
    pending_.pop_back();
    const LocationSet set = state_[find(pending.node)].set;
    for (const LocationId target : set.members())
        apply(pending.constraint, target);
}

void InclusionGraph::apply(const Constraint& constraint, LocationId target) {
    switch (constraint.kind) {
    case Kind::load:
        if (table_.isMemory(target))
            addCopy(target, constraint.node, constraint.whole);
        break;
    case Kind::store:
        if (table_.isMemory(target))
            addCopy(constraint.node, target, constraint.whole);
        break;
    case Kind::part:
        if (table_.isMemory(target)) {
            const std::vector<ir::Step>& steps = paths_[constraint.path];
            addPointee(constraint.node, partAfterDereference(target, steps));
        }
        break;
    case Kind::watch:
        onPointee_(constraint.node, target);
        break;
    }
}

void InclusionGraph::visit(NodeId node) {
    const LocationSet fresh = std::exchange(state_[node].fresh, {});
    if (fresh.empty())
        return;
    const std::size_t constraints = state_[node].constraints.size();
    for (std::size_t i = 0; i < constraints; ++i) {
        const Constraint constraint = state_[node].constraints[i];
        for (const LocationId target : fresh.members())
            apply(constraint, target);
    }
    std::vector<NodeId> suspects;
    const std::size_t edges = state_[node].edges.size();
    for (std::size_t i = 0; i < edges; ++i) {
        const NodeId to = find(state_[node].edges[i]);
        if (to == node)
            continue;
        propagate(to, fresh);
        if (state_[to].set == state_[node].set && checkedEdges_.insert(pairKey(node, to)))
            suspects.push_back(to);
    }
    for (const NodeId suspect : suspects)
        collapseCyclesThrough(find(suspect));
}

void InclusionGraph::propagate(NodeId to, const LocationSet& fresh) {
    const LocationSet added = state_[to].set.unite(fresh);
    if (added.empty())
        return;
    state_[to].fresh.unite(added);
    enqueue(to);
}

/// Merges every strongly connected component that is reachable from `start` (Tarjan 1972, without recursion).
void InclusionGraph::collapseCyclesThrough(NodeId start) {
    struct Frame {
        NodeId node;
        std::size_t next;
    };
    std::vector<Frame> frames;
    std::vector<NodeId> open;
    std::vector<std::vector<NodeId>> components;
    std::uint32_t counter = 0;
    const auto enter = [&](NodeId node) {
        visits_[node] = {++counter, counter, true};
        visited_.push_back(node);
        open.push_back(node);
        frames.push_back({node, 0});
    };
    visits_.resize(state_.size());
    enter(start);
    while (!frames.empty()) {
        Frame& frame = frames.back();
        const NodeId node = frame.node;
        if (frame.next < state_[node].edges.size()) {
            const NodeId to = find(state_[node].edges[frame.next++]);
            if (visits_[to].order == 0)
                enter(to);
            else if (visits_[to].open)
                visits_[node].low = std::min(visits_[node].low, visits_[to].order);
            continue;
        }
        frames.pop_back();
        if (!frames.empty())
            visits_[frames.back().node].low = std::min(visits_[frames.back().node].low, visits_[node].low);
        if (visits_[node].low != visits_[node].order)
            continue;
        components.emplace_back();
        for (NodeId member = kNoId; member != node;) {
            member = open.back();
            open.pop_back();
            visits_[member].open = false;
            components.back().push_back(member);
        }
    }
    for (const NodeId node : visited_)
        visits_[node] = {};
    visited_.clear();
    for (std::vector<NodeId>& members : components) {
        std::sort(members.begin(), members.end());
        for (std::size_t i = 1; i < members.size(); ++i)
            mergeInto(members[0], members[i]);
    }
}

void InclusionGraph::mergeInto(NodeId kept, NodeId gone) {
    State& to = state_[kept];
    State& from = state_[gone];
    // What only one of the two has handled is fresh for the merged node.
    LocationSet unhandled = to.fresh;
    unhandled.unite(from.fresh);
    LocationSet onlyFrom = from.set;
    onlyFrom.subtract(to.set);
    LocationSet onlyTo = to.set;
    onlyTo.subtract(from.set);
    unhandled.unite(onlyFrom);
    unhandled.unite(onlyTo);
    to.set.unite(from.set);
    to.fresh = std::move(unhandled);
    to.edges.insert(to.edges.end(), from.edges.begin(), from.edges.end());
    for (NodeId& edge : to.edges)
        edge = edge == gone ? kept : edge;
    std::sort(to.edges.begin(), to.edges.end());
    to.edges.erase(std::unique(to.edges.begin(), to.edges.end()), to.edges.end());
    to.constraints.insert(to.constraints.end(), from.constraints.begin(), from.constraints.end());
    from = {kept, false, {}, {}, {}, {}};
    if (!to.fresh.empty())
        enqueue(kept);
}

} // namespace deadheat::link
