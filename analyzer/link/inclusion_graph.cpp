// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/inclusion_graph.h"

namespace deadheat::link {

using ir::StepKind;

InclusionGraph::InclusionGraph(LocationTable& table, OnPointee onPointee) : table_(table), onPointee_(std::move(onPointee)) {
    grow();
}

void InclusionGraph::grow() {
    const std::size_t size = table_.size();
    for (auto id = static_cast<NodeId>(state_.size()); id < size; ++id)
        state_.push_back({id, false, {}, {}, {}, {}});
    writers_.resize(size, kNoId);
    wholeSources_.resize(size);
}

NodeId InclusionGraph::find(NodeId node) const {
    while (state_[node].representative != node) {
        NodeId& up = state_[node].representative;
        up = state_[up].representative;
        node = up;
    }
    return node;
}

NodeId InclusionGraph::temporary() {
    const NodeId id = table_.addTemporary();
    grow();
    return id;
}

NodeId InclusionGraph::writerOf(NodeId node) {
    if (!table_.hasAnyElement(node))
        return node;
    if (writers_[node] == kNoId) {
        const NodeId writer = temporary();
        writers_[node] = writer;
        addEdge(writer, node);
    }
    return writers_[node];
}

// ---- constraints ---------------------------------------------------------------------------------------------------

void InclusionGraph::addPointee(NodeId pointer, LocationId target) {
    const NodeId node = find(writerOf(pointer));
    grow(); // the target may be an object made a moment ago
    if (state_[node].set.insert(target)) {
        state_[node].fresh.insert(target);
        enqueue(node);
    }
}

void InclusionGraph::addCopy(NodeId from, NodeId to, bool whole) {
    grow();
    if (from == to)
        return;
    addEdge(from, writerOf(to));
    if (!whole || !wholeIndex_.insert(pairKey(from, to)))
        return;
    wholeSources_[to].push_back(from);
    for (NodeId child = table_.firstChild(to); child != kNoId; child = table_.nextSibling(child))
        addCopy(part(from, table_.step(child)), child, true);
}

void InclusionGraph::addLoad(NodeId pointer, NodeId to, bool whole) { addConstraint(pointer, {Kind::load, whole, to, 0}); }

void InclusionGraph::addStore(NodeId pointer, NodeId from, bool whole) {
    addConstraint(pointer, {Kind::store, whole, from, 0});
}

void InclusionGraph::watch(NodeId pointer, Watcher watcher) { addConstraint(pointer, {Kind::watch, false, watcher, 0}); }

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

NodeId InclusionGraph::contentsOf(NodeId pointer) {
    if (const NodeId known = contentsIndex_.find(pointer); known != kNoId)
        return known;
    const NodeId result = temporary();
    contentsIndex_.insert(pointer, result);
    addLoad(pointer, result, false);
    return result;
}

std::uint32_t InclusionGraph::pathOf(std::span<const ir::Step> steps) {
    std::uint64_t hash = 0;
    for (const ir::Step& step : steps)
        hash = mixBits(hash ^ pairKey(static_cast<std::uint32_t>(step.kind) + 1, step.index));
    const std::uint32_t known =
        pathIndex_.find(hash, [&](std::uint32_t id) { return std::equal(steps.begin(), steps.end(), paths_[id].begin(), paths_[id].end()); });
    if (known != HashIndex::kAbsent)
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
    state_[from].edges.push_back(to);
    if (!state_[from].set.empty())
        propagate(to, state_[from].set);
}

// ---- parts ---------------------------------------------------------------------------------------------------------

NodeId InclusionGraph::part(NodeId whole, ir::Step step) {
    step = canonicalStep(step);
    if (const auto known = table_.findPart(whole, step))
        return *known;
    const NodeId id = table_.addPart(whole, step);
    grow();
    createdParts_.push_back(id);
    return id;
}

NodeId InclusionGraph::partAfterDereference(NodeId target, std::span<const ir::Step> steps) {
    NodeId node = target;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const ir::Step step = canonicalStep(steps[i]);
        if (i > 0 || step.kind == StepKind::field) {
            if (i == 0 && table_.isArray(node))
                node = part(node, {StepKind::element, 0});
            node = part(node, step);
            continue;
        }
        const LocationTable::Start start = table_.indexFrom(node, step);
        node = start.step ? part(start.base, *start.step) : start.base;
    }
    return node;
}

void InclusionGraph::onPartCreated(NodeId created) {
    const NodeId whole = table_.parent(created);
    for (std::size_t i = 0; i < wholeSources_[whole].size(); ++i)
        addCopy(part(wholeSources_[whole][i], table_.step(created)), created, true);
    linkArrays(created);
}

/// Connects a new part with the parts that overlap it because one has [*] where the other has [k].
void InclusionGraph::linkArrays(NodeId created) {
    const ir::Step step = table_.step(created);
    const NodeId whole = table_.parent(created);
    if (step.kind == StepKind::constant)
        linkGeneral(part(whole, {StepKind::element, 0}), created);
    for (const NodeId general : generalisations(whole))
        linkGeneral(part(general, step), created);
    if (!table_.hasAnyElement(created))
        return;
    writerOf(created);
    for (const NodeId special : specialisations(created))
        linkGeneral(created, special);
}

void InclusionGraph::linkGeneral(NodeId general, NodeId special) {
    if (general == special)
        return;
    addEdge(writerOf(general), writerOf(special));
    addEdge(special, general);
}

/// The nodes with one constant index of the path replaced by [*].
std::vector<NodeId> InclusionGraph::generalisations(NodeId node) {
    std::vector<NodeId> result;
    const NodeId whole = table_.parent(node);
    if (whole == kNoId)
        return result;
    for (const NodeId general : generalisations(whole))
        result.push_back(part(general, table_.step(node)));
    if (table_.step(node).kind == StepKind::constant)
        result.push_back(part(whole, {StepKind::element, 0}));
    return result;
}

/// The nodes with one [*] of the path replaced by a constant index that exists.
std::vector<NodeId> InclusionGraph::specialisations(NodeId node) {
    std::vector<NodeId> result;
    if (!table_.hasAnyElement(node))
        return result;
    const NodeId whole = table_.parent(node);
    for (const NodeId special : specialisations(whole))
        result.push_back(part(special, table_.step(node)));
    if (table_.step(node).kind == StepKind::element)
        for (NodeId other = table_.firstChild(whole); other != kNoId; other = table_.nextSibling(other))
            if (table_.step(other).kind == StepKind::constant)
                result.push_back(other);
    return result;
}

} // namespace deadheat::link
