// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solver of the constraint graph.
#include "analyzer/link/inclusion_graph.h"

#include <algorithm>
#include <functional>

namespace deadheat::link {

namespace {

/// Nodes are put in order again when this part of the edges is new, and there are enough of them to be worth it.
constexpr std::size_t kNewEdgesShare = 4;
constexpr std::size_t kFewEdges = 1000;

} // namespace

void InclusionGraph::solve() {
    grow();
    while (drain() || !next_.empty()) {
        if (edgeCount_ - edgesWhenOrdered_ > kFewEdges + edgesWhenOrdered_ / kNewEdgesShare)
            orderNodes();
        sweep();
    }
}

/// Handles what came into being since; true when there was something.
bool InclusionGraph::drain() {
    bool any = false;
    for (;; any = true) {
        if (createdDone_ < createdParts_.size())
            onPartCreated(createdParts_[createdDone_++]);
        else if (!pending_.empty())
            applyPending();
        else
            return any;
    }
}

bool InclusionGraph::comesLater(NodeId a, NodeId b) const { return std::pair(ranks_[a], a) > std::pair(ranks_[b], b); }

/// Nodes behind the current one that get something new wait for the next sweep.
void InclusionGraph::enqueue(NodeId node) {
    if (state_[node].queued)
        return;
    state_[node].queued = true;
    if (!isSweeping_ || ranks_[node] <= position_) {
        next_.push_back(node);
        return;
    }
    current_.push_back(node);
    std::push_heap(current_.begin(), current_.end(), [this](NodeId a, NodeId b) { return comesLater(a, b); });
}

/// Visits the waiting nodes in topological order.
void InclusionGraph::sweep() {
    const auto later = [this](NodeId a, NodeId b) { return comesLater(a, b); };
    isSweeping_ = true;
    std::swap(current_, next_);
    std::make_heap(current_.begin(), current_.end(), later);
    while (!current_.empty()) {
        std::pop_heap(current_.begin(), current_.end(), later);
        const NodeId node = current_.back();
        current_.pop_back();
        state_[node].queued = false;
        position_ = ranks_[node];
        if (find(node) == node)
            visit(node);
        drain();
    }
    isSweeping_ = false;
}

void InclusionGraph::visit(NodeId node) {
    const LocationSet fresh = std::exchange(state_[node].fresh, {});
    if (fresh.empty())
        return;
    const std::size_t edges = state_[node].edges.size();
    for (std::size_t i = 0; i < edges; ++i)
        if (const NodeId to = find(state_[node].edges[i]); to != node)
            propagate(to, fresh);
    const std::size_t constraints = state_[node].constraints.size();
    for (std::size_t i = 0; i < constraints; ++i)
        applyTo(state_[node].constraints[i], fresh);
}

void InclusionGraph::propagate(NodeId to, const LocationSet& fresh) {
    if (state_[to].set.unite(fresh, state_[to].fresh))
        enqueue(to);
}

void InclusionGraph::applyPending() {
    const Pending pending = pending_.back();
    pending_.pop_back();
    const LocationSet targets = state_[find(pending.node)].set; // applying may change the node's own set
    applyTo(pending.constraint, targets);
}

void InclusionGraph::applyTo(Constraint constraint, const LocationSet& targets) {
    if (constraint.kind == Kind::cast)
        return applyCast(constraint, targets);
    targets.forEach([&](LocationId target) { apply(constraint, target); });
}

void InclusionGraph::applyCast(const Constraint& cast, const LocationSet& targets) {
    LocationSet fitting;
    NodeId delivered = kNoId;
    targets.forEach([&](LocationId target) {
        if (table_.isAnything(target)) {
            delivered = hooks_.delivery(cast.detail);
            if (delivered == kNoId)
                fitting.insert(hooks_.foreignObject(cast.detail));
        } else if (table_.isMemory(target) && (cast.whole || !table_.isBytes(target)) &&
                   table_.placeOfRecord(target, cast.detail))
            fitting.insert(target);
    });
    grow(); // a foreign object may be new
    propagate(find(cast.node), fitting);
    if (delivered != kNoId)
        addCopy(delivered, cast.node, false);
}

void InclusionGraph::apply(const Constraint& constraint, LocationId target) {
    if (constraint.kind == Kind::watch) {
        hooks_.onPointee(constraint.node, target);
        return;
    }
    if (!table_.isMemory(target))
        return;
    if (constraint.kind == Kind::load)
        addCopy(firstElement(target), constraint.node, constraint.whole);
    else if (constraint.kind == Kind::store)
        addCopy(constraint.node, firstElement(target), constraint.whole);
    else if (const NodeId part = partAfterDereference(target, paths_[constraint.detail]); part != kNoId)
        addPointee(constraint.node, part);
}

} // namespace deadheat::link
