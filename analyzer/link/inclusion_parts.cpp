// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parts of locations, and the flow between those that overlap.
#include "analyzer/link/inclusion_graph.h"

namespace deadheat::link {

using ir::StepKind;

NodeId InclusionGraph::writerOf(NodeId node) {
    if (!table_.hasAnyElement(node))
        return node;
    if (state_[node].writer == kNoId) {
        const NodeId writer = temporary();
        state_[node].writer = writer;
        addEdge(writer, node);
    }
    return state_[node].writer;
}

NodeId InclusionGraph::part(NodeId whole, ir::Step step) {
    step = canonicalStep(step);
    if (const auto known = table_.findPart(whole, step))
        return *known;
    const NodeId id = table_.addPart(whole, step);
    grow();
    createdParts_.push_back(id);
    return id;
}

NodeId InclusionGraph::partOf(NodeId whole, ir::Step step) {
    step = canonicalStep(step);
    if (step.kind == StepKind::field)
        return part(whole, step);
    const LocationTable::Start start = table_.indexFrom(whole, step);
    return start.step ? part(start.base, *start.step) : start.base;
}

NodeId InclusionGraph::partAfterDereference(NodeId target, std::span<const ir::Step> steps) {
    NodeId node = target;
    bool inObject = false; // behind the first field, types are those of the declarations
    for (const ir::Step& step : steps) {
        const bool isFirstField = step.kind == StepKind::field && !inObject;
        inObject |= isFirstField;
        node = isFirstField ? fieldAfterDereference(node, step.index) : partOf(node, step);
        if (node == kNoId)
            break;
    }
    return node;
}

NodeId InclusionGraph::firstElement(NodeId target) {
    return table_.isArray(target) || table_.isAllocation(target) ? part(target, {StepKind::constant, 0}) : target;
}

NodeId InclusionGraph::fieldAfterDereference(NodeId target, ir::Index field) {
    target = firstElement(target);
    for (unsigned depth = 0; depth < kMaxPathDepth; ++depth) {
        const auto place = table_.placeOfField(target, field);
        if (!place)
            return kNoId;
        if (place->member == ir::kNone)
            return part(place->base, {StepKind::field, table_.fieldIn(place->base, field)});
        target = part(place->base, {StepKind::field, place->member});
    }
    return kNoId;
}

/// The part of a record that was copied: `part` of the target gets what the same part of `from` holds.
void InclusionGraph::copyPart(NodeId from, NodeId target) {
    const ir::Step step = table_.step(target);
    if (table_.mayHavePart(from, step))
        addCopy(part(from, step), target, true);
}

void InclusionGraph::onPartCreated(NodeId created) {
    const NodeId whole = table_.parent(created);
    for (std::size_t i = 0; i < state_[whole].wholeSources.size(); ++i)
        copyPart(state_[whole].wholeSources[i], created);
    linkArrays(created);
}

/// Connects a new part with the parts that overlap it because one has [*] where the other has [k]. Two that overlap in several
/// places, as [0][*] and [*][1] do, meet in the part that both include: [0][1] comes into being with them.
void InclusionGraph::linkArrays(NodeId created) {
    for (const NodeId general : generalisations(created)) {
        linkGeneral(general, created);
        for (NodeId child = table_.firstChild(general); child != kNoId; child = table_.nextSibling(child))
            part(created, table_.step(child));
    }
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

/// The nodes with one constant index of the path replaced by an [*] that exists there; they come into being.
std::vector<NodeId> InclusionGraph::generalisations(NodeId node) {
    std::vector<NodeId> result;
    const NodeId whole = table_.parent(node);
    if (whole == kNoId)
        return result;
    for (const NodeId general : generalisations(whole))
        result.push_back(part(general, table_.step(node)));
    if (table_.step(node).kind == StepKind::constant)
        if (const auto known = table_.findPart(whole, {StepKind::element, 0}))
            result.push_back(*known);
    return result;
}

/// The nodes with one [*] of the path replaced by a constant index that exists there; they come into being.
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
