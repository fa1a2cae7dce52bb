// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/location_table.h"

#include <algorithm>

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

LocationTable::LocationTable(const ir::Module& code, RecordTable& records) : code_(code), records_(records) {
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

NodeId LocationTable::addObject(Object object, ir::Index type, RecordId record) {
    Node node;
    node.record = record;
    node.object = static_cast<ObjectId>(objects_.size());
    if (object.kind == ObjectKind::foreign)
        node.record = records_.intern(object.record);
    else if (type != ir::kNone && code_.types[type].kind == TypeKind::record)
        node.record = records_.ofType(type);
    objects_.push_back(std::move(object));
    objectTypes_.push_back(type);
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
    if (nodes_[whole].depth >= kMaxPathDepth)
        return whole;
    return std::nullopt;
}

NodeId LocationTable::addPart(NodeId whole, ir::Step step) {
    Node node;
    node.object = nodes_[whole].object;
    node.parent = whole;
    node.kind = step.kind;
    node.index = step.index;
    node.record = recordOfPart(whole, step);
    node.depth = static_cast<std::uint8_t>(nodes_[whole].depth + 1);
    node.hasAnyElement = nodes_[whole].hasAnyElement || step.kind == StepKind::element;
    node.nextSibling = nodes_[whole].firstChild;
    const NodeId id = addNode(node);
    nodes_[whole].firstChild = id;
    parts_.insert(partHash(whole, step), id);
    return id;
}

// ---- types ---------------------------------------------------------------------------------------------------------

RecordId LocationTable::recordOfPart(NodeId whole, ir::Step step) const {
    if (step.kind == StepKind::field) {
        const ir::Index type = code_.fields[step.index].type;
        return type != ir::kNone && code_.types[type].kind == TypeKind::record ? records_.ofType(type) : kNoId;
    }
    if (nodes_[whole].record != kNoId) // an element of an array of arrays, or of an allocated array
        return nodes_[whole].record;
    return records_.ofElement(typeIndexOf(whole));
}

ir::Index LocationTable::typeIndexOf(NodeId id) const {
    const Node& node = nodes_[id];
    if (node.object == kNoId || isElement(id))
        return ir::kNone;
    return node.parent == kNoId ? objectTypes_[node.object] : code_.fields[node.index].type;
}

const ir::Type* LocationTable::typeOf(NodeId node) const {
    const ir::Index type = typeIndexOf(node);
    return type == ir::kNone ? nullptr : &code_.types[type];
}

bool LocationTable::isMemory(NodeId node) const {
    const ObjectKind kind = objectKind(node);
    return kind != ObjectKind::function && kind != ObjectKind::thread && kind != ObjectKind::bound;
}

bool LocationTable::isArray(NodeId node) const {
    const ir::Type* type = typeOf(node);
    return type && type->kind == TypeKind::array;
}

bool LocationTable::isArrayLike(NodeId node) const {
    const ir::Type* type = typeOf(node);
    if (!type)
        return nodes_[node].object == kNoId || (isElement(node) && elementIsArray(node));
    return type->kind == TypeKind::array || type->kind == TypeKind::container || type->kind == TypeKind::unknown;
}

/// Whether an element is itself an array or a container, as far as the spelling of the outermost type tells.
bool LocationTable::elementIsArray(NodeId element) const {
    std::size_t depth = 0;
    for (; isElement(element); element = nodes_[element].parent)
        ++depth;
    const ir::Type* type = typeOf(element);
    if (!type)
        return false;
    if (type->kind == TypeKind::container || type->spelling.find('<') != std::string::npos)
        return true;
    return static_cast<std::size_t>(std::count(type->spelling.begin(), type->spelling.end(), '[')) > depth;
}

// ---- pointers into objects -----------------------------------------------------------------------------------------

LocationTable::Start LocationTable::indexFrom(NodeId target, ir::Step step) const {
    const bool isWholeObject = nodes_[target].parent == kNoId;
    const bool maybeArray = isWholeObject && nodes_[target].object != kNoId && objectKind(target) == ObjectKind::heap;
    if (!maybeArray && (nodes_[target].object == kNoId || isArrayLike(target)))
        return {target, step};
    if (isElement(target)) { // &a[j] + k
        const Node& node = nodes_[target];
        const bool known = node.kind == StepKind::constant && step.kind == StepKind::constant;
        return {node.parent, known ? canonicalStep({StepKind::constant, node.index + step.index}) : ir::Step{StepKind::element, 0}};
    }
    const bool isFirst = step.kind == StepKind::constant && step.index == 0;
    if (maybeArray && (!isFirst || isArray(target)))
        return {target, step};
    return {target, std::nullopt};
}

bool LocationTable::mayHaveFields(NodeId node) const {
    while (isElement(node))
        node = nodes_[node].parent;
    const ir::Type* type = typeOf(node);
    if (!type)
        return true;
    if (type->kind == TypeKind::array)
        return !std::string_view(type->spelling).substr(0, type->spelling.find('[')).ends_with('*');
    return type->kind != TypeKind::scalar && type->kind != TypeKind::pointer && type->kind != TypeKind::reference;
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
                return Place{node, ir::kNone};
            if (fit == RecordTable::Fit::inside && node == target)
                return Place{node, member};
        }
        if (nodes_[node].parent == kNoId || nodes_[node].kind != StepKind::field)
            return std::nullopt;
    }
}

} // namespace deadheat::link
