// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/location_table.h"

namespace deadheat::link {

using ir::StepKind;
using ir::TypeKind;

ir::Step canonicalStep(ir::Step step) {
    if (step.kind == StepKind::variable || (step.kind == StepKind::constant && step.index >= kMaxConstantIndex))
        return {StepKind::element, 0};
    if (step.kind == StepKind::element)
        step.index = 0;
    return step;
}

LocationTable::LocationTable(const ir::Module& code, const TypeTable& types, RecordTable& records)
    : code_(code), types_(types), records_(records) {
    std::size_t count = code.globals.size();
    for (const ir::Function& function : code.functions)
        count += function.locals.size();
    objects_.reserve(count);
    objectTypes_.reserve(count);
    wholes_.reserve(count);
    nodes_.reserve(count * 2);
    for (ir::Index id = 0; id < code.globals.size(); ++id)
        addObject({ObjectKind::global, id, ir::kNone, {}, {}}, code.globals[id].type);
    firstLocal_.reserve(code.functions.size());
    for (FunctionId id = 0; id < code.functions.size(); ++id) {
        firstLocal_.push_back(static_cast<NodeId>(nodes_.size()));
        const auto& locals = code.functions[id].locals;
        for (ir::Index local = 0; local < locals.size(); ++local)
            addObject({ObjectKind::local, id, local, {}, {}}, locals[local].type);
    }
}

// ---- the tree ------------------------------------------------------------------------------------------------------

NodeId LocationTable::addObject(Object object, TypeId type) {
    Node node;
    node.object = static_cast<ObjectId>(objects_.size());
    if (object.kind == ObjectKind::foreign)
        node.record = records_.intern(object.record);
    else
        node.record = records_.ofType(type);
    objects_.push_back(std::move(object));
    objectTypes_.push_back(type);
    partCounts_.push_back(0);
    wholes_.push_back(addNode(node));
    return wholes_.back();
}

NodeId LocationTable::addNode(const Node& node) {
    nodes_.push_back(node);
    return static_cast<NodeId>(nodes_.size() - 1);
}

namespace {

std::uint64_t partHash(NodeId whole, ir::Step step) {
    return mixBits(pairKey(whole, (static_cast<std::uint32_t>(step.kind) << 29) ^ step.index));
}

} // namespace

NodeId LocationTable::lookUp(NodeId whole, ir::Step step) const {
    return parts_.find(partHash(whole, step), [&](NodeId id) {
        const Node& node = nodes_[id];
        return node.parent == whole && node.kind == step.kind && node.index == step.index;
    });
}

std::optional<NodeId> LocationTable::findPart(NodeId whole, ir::Step step) const {
    if (const NodeId known = lookUp(whole, step); known != kNoId)
        return known;
    if (step.kind == StepKind::field) // a record inside itself only arises from containers and casts
        for (NodeId node = whole; nodes_[node].parent != kNoId; node = nodes_[node].parent)
            if (nodes_[node].kind == StepKind::field && nodes_[node].index == step.index)
                return node;
    const bool isFull = nodes_[whole].object != kNoId && partCounts_[nodes_[whole].object] >= kMaxParts;
    if (isFull || nodes_[whole].depth >= kMaxPathDepth)
        return whole;
    return std::nullopt;
}

NodeId LocationTable::addPart(NodeId whole, ir::Step step) {
    Node node;
    node.object = nodes_[whole].object;
    node.parent = whole;
    node.kind = step.kind;
    node.index = step.index;
    node.depth = static_cast<std::uint8_t>(nodes_[whole].depth + 1);
    node.hasAnyElement = nodes_[whole].hasAnyElement || step.kind == StepKind::element;
    node.nextSibling = nodes_[whole].firstChild;
    const NodeId id = addNode(node);
    nodes_[whole].firstChild = id;
    nodes_[id].record =
        step.kind != StepKind::field && isAllocation(whole) ? nodes_[whole].record : records_.ofType(typeOf(id));
    if (node.object != kNoId)
        ++partCounts_[node.object];
    parts_.insert(partHash(whole, step), id);
    return id;
}

// ---- types ---------------------------------------------------------------------------------------------------------

bool LocationTable::isAllocation(NodeId node) const {
    return nodes_[node].parent == kNoId && nodes_[node].object != kNoId && objectKind(node) == ObjectKind::heap &&
           !isArray(node);
}

TypeId LocationTable::typeOf(NodeId id) const {
    const Node& node = nodes_[id];
    if (node.object == kNoId)
        return ir::kNone;
    if (node.parent == kNoId)
        return objectTypes_[node.object];
    if (node.kind == StepKind::field)
        return code_.fields[node.index].type;
    return isAllocation(node.parent) ? objectTypes_[node.object] : types_.inner(typeOf(node.parent));
}

bool LocationTable::isMemory(NodeId node) const {
    const ObjectKind kind = objectKind(node);
    return kind != ObjectKind::function && kind != ObjectKind::thread && kind != ObjectKind::bound && !isAnything(node);
}

bool LocationTable::isArray(NodeId node) const { return kindOf(node) == TypeKind::array; }

bool LocationTable::isArrayLike(NodeId node) const {
    if (nodes_[node].record != kNoId)
        return false;
    const TypeKind kind = kindOf(node);
    return kind == TypeKind::array || kind == TypeKind::container || (kind == TypeKind::unknown && !isElement(node));
}

bool LocationTable::isBytes(NodeId node) const {
    const TypeId type = typeOf(node);
    return nodes_[node].record == kNoId && types_.isByte(isArray(node) ? types_.inner(type) : type);
}

bool LocationTable::isRawMemory(NodeId node) const {
    if (nodes_[node].object == kNoId || nodes_[node].record != kNoId || objectKind(node) != ObjectKind::heap)
        return false;
    const TypeKind kind = kindOf(node);
    return kind == TypeKind::unknown || kind == TypeKind::void_ || isBytes(node);
}

/// Whether a pointer may be kept here. Variables of bytes are texts and messages; what is allocated as bytes may be anything.
bool LocationTable::mayHoldPointers(NodeId node) const {
    return types_.mayPoint(typeOf(node)) || (isBytes(node) && objectKind(node) == ObjectKind::heap);
}

bool LocationTable::mayHaveFields(NodeId node) const {
    switch (kindOf(node)) {
    case TypeKind::scalar: return types_.isByte(typeOf(node)) && (isElement(node) || isAllocation(node));
    case TypeKind::pointer:
    case TypeKind::reference:
    case TypeKind::smartPointer:
    case TypeKind::sharedPointer:
    case TypeKind::function:
    case TypeKind::mutex:
    case TypeKind::opaque: return false;
    default: return true;
    }
}

bool LocationTable::mayHavePart(NodeId node, ir::Step step) const {
    if (nodes_[node].object == kNoId)
        return true;
    if (step.kind != StepKind::field)
        return isArrayLike(node) || isAllocation(node);
    if (nodes_[node].record == kNoId)
        return mayHaveFields(node) && !isArray(node);
    ir::Index member = ir::kNone;
    return records_.fit(nodes_[node].record, records_.ofField(step.index), member) == RecordTable::Fit::here;
}

// ---- pointers into objects -----------------------------------------------------------------------------------------

LocationTable::Start LocationTable::indexFrom(NodeId target, ir::Step step) const {
    if (nodes_[target].object == kNoId)
        return {target, step};
    const bool isFirst = step.kind == StepKind::constant && step.index == 0;
    if (isAllocation(target) || isArrayLike(target))
        return {target, step};
    if (isElement(target) && !isFirst) // &a[j] + k; exact indices would count up in loops
        return {nodes_[target].parent, ir::Step{StepKind::element, 0}};
    return {target, std::nullopt};
}

/// The record of class `wanted` that `part` is a member of, directly or not; else `part`, whose class could only be taken for it:
/// an empty class could hold anything.
NodeId LocationTable::recordAround(NodeId part, RecordId wanted) const {
    for (NodeId node = part; node != kNoId; node = nodes_[node].parent) {
        if (nodes_[node].record == wanted)
            return node;
        if (nodes_[node].kind != StepKind::field)
            break;
    }
    return part;
}

std::optional<LocationTable::Place> LocationTable::placeOfRecord(NodeId target, RecordId wanted) const {
    ir::Index member = ir::kNone;
    // A pointer to a member may have been turned into one to the record around it (first members, container_of). Such a
    // record is looked for first when the member itself has another class.
    for (NodeId node = target;; node = nodes_[node].parent) {
        const RecordId actual = nodes_[node].record;
        const bool isUnknown = actual == kNoId;
        if (node == target ? !isUnknown || mayHaveFields(node) : !isUnknown) {
            const RecordTable::Fit fit = records_.fit(actual, wanted, member);
            if (fit == RecordTable::Fit::here)
                return Place{recordAround(node, wanted), ir::kNone};
            if (fit == RecordTable::Fit::inside && node == target)
                return Place{node, member};
        }
        if (nodes_[node].parent == kNoId || nodes_[node].kind != StepKind::field)
            return std::nullopt;
    }
}

} // namespace deadheat::link
