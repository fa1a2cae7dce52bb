// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constraints of the graph; parts and arrays are in inclusion_parts.cpp, the solver is in inclusion_solver.cpp.
#include "analyzer/link/inclusion_graph.h"

#include <algorithm>

namespace deadheat::link {

InclusionGraph::InclusionGraph(LocationTable& table, Hooks hooks) : table_(table), hooks_(std::move(hooks)) { grow(); }

void InclusionGraph::grow() {
    const std::size_t size = table_.size();
    if (state_.size() == size)
        return;
    for (auto id = static_cast<NodeId>(state_.size()); id < size; ++id)
        representatives_.push_back(id);
    state_.resize(size);
    ranks_.resize(size, 0);
}

NodeId InclusionGraph::find(NodeId node) const {
    while (representatives_[node] != node) {
        NodeId& up = representatives_[node];
        up = representatives_[up];
        node = up;
    }
    return node;
}

NodeId InclusionGraph::temporary() {
    const NodeId id = table_.addTemporary();
    grow();
    return id;
}

void InclusionGraph::addPointee(NodeId pointer, LocationId target) {
    grow(); // the target may be an object made a moment ago
    const NodeId node = find(writerOf(pointer));
    state_[node].hasOwnPointees = true;
    if (state_[node].set.insert(target)) {
        state_[node].fresh.insert(target);
        enqueue(node);
    }
}

/// What is copied as a whole by way of raw memory are bytes: a message, a page, a file. To carry the insides of every record that
/// was ever put there to whatever is taken out would join the whole program (a deviation from Andersen 1994).
void InclusionGraph::addCopy(NodeId from, NodeId to, bool whole) {
    grow();
    if (from == to || !table_.mayHoldPointers(to) || !table_.mayHoldPointers(from))
        return;
    if (whole && (table_.isBytes(from) || table_.isBytes(to)))
        return;
    addEdge(from, writerOf(to));
    if (!whole || table_.isRawMemory(from) || table_.isRawMemory(to) || !wholeIndex_.insert(pairKey(from, to)))
        return;
    state_[to].wholeSources.push_back(from);
    for (NodeId child = table_.firstChild(to); child != kNoId; child = table_.nextSibling(child))
        copyPart(from, child);
}

void InclusionGraph::addLoad(NodeId pointer, NodeId to, bool whole) { addCopy(contentsOf(pointer, whole), to, whole); }

void InclusionGraph::addStore(NodeId pointer, NodeId from, bool whole) {
    const std::uint64_t key = pairKey(pointer, whole);
    NodeId sink = sinkIndex_.find(key);
    if (sink == kNoId) {
        sink = temporary();
        sinkIndex_.insert(key, sink);
        addConstraint(pointer, {Kind::store, whole, sink, 0});
    }
    addCopy(from, sink, whole);
}

void InclusionGraph::watch(NodeId pointer, Watcher watcher) {
    addConstraint(pointer, {Kind::watch, false, watcher, 0});
}

NodeId InclusionGraph::addressOf(NodeId pointer, std::span<const ir::Step> steps) {
    if (steps.empty())
        return pointer;
    const std::uint32_t path = pathOf(steps);
    const std::uint64_t key = pairKey(pointer, path);
    if (const NodeId known = addressIndex_.find(key); known != kNoId)
        return known;
    const NodeId result = temporary();
    addressIndex_.insert(key, result);
    addConstraint(pointer, {Kind::part, false, result, path});
    return result;
}

NodeId InclusionGraph::contentsOf(NodeId pointer, bool whole) {
    const std::uint64_t key = pairKey(pointer, whole);
    if (const NodeId known = contentsIndex_.find(key); known != kNoId)
        return known;
    const NodeId result = temporary();
    contentsIndex_.insert(key, result);
    addConstraint(pointer, {Kind::load, whole, result, 0});
    return result;
}

NodeId InclusionGraph::castOf(NodeId from, RecordId record, bool bytes) {
    const std::uint64_t key = pairKey(from, record * 2 + bytes);
    NodeId fitting = castIndex_.find(key);
    if (fitting == kNoId) {
        fitting = temporary();
        castIndex_.insert(key, fitting);
        addConstraint(from, {Kind::cast, bytes, fitting, record});
    }
    return fitting;
}

std::uint32_t InclusionGraph::pathOf(std::span<const ir::Step> steps) {
    std::uint64_t hash = 0;
    for (const ir::Step& step : steps)
        hash = mixBits(hash ^ pairKey(static_cast<std::uint32_t>(step.kind) + 1, step.index));
    const auto isSame = [&](std::uint32_t id) { return std::ranges::equal(steps, paths_[id]); };
    if (const std::uint32_t known = pathIndex_.find(hash, isSame); known != HashIndex::kAbsent)
        return known;
    const auto id = static_cast<std::uint32_t>(paths_.size());
    paths_.emplace_back(steps.begin(), steps.end());
    pathIndex_.insert(hash, id);
    return id;
}

void InclusionGraph::addConstraint(NodeId pointer, Constraint constraint) {
    const NodeId node = find(pointer);
    state_[node].constraints.push_back(constraint);
    if (!state_[node].set.empty())
        pending_.push_back({node, constraint});
}

void InclusionGraph::addEdge(NodeId from, NodeId to) {
    from = find(from);
    to = find(to);
    if (from == to || !edgeIndex_.insert(pairKey(from, to)))
        return;
    ++edgeCount_;
    state_[from].edges.push_back(to);
    propagate(to, state_[from].set);
}

} // namespace deadheat::link
