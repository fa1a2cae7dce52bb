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

LocationTable::LocationTable(const ir::Module& code) : code_(code) {
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

NodeId LocationTable::addObject(Object object, ir::Index type) {
    const auto id = static_cast<ObjectId>(objects_.size());
    objects_.push_back(std::move(object));
    objectTypes_.push_back(type);
    Node node;
    node.object = id;
    wholes_.push_back(addNode(node));
    return wholes_.back();
}

NodeId LocationTable::addNode(const Node& node) {
    nodes_.push_back(node);
    return static_cast<NodeId>(nodes_.size() - 1);
}

std::uint64_t LocationTable::partHash(NodeId whole, ir::Step step) const {
    return mixBits(pairKey(whole, (static_cast<std::uint32_t>(step.kind) << 29) ^ step.index));
}

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
    node.depth = static_cast<std::uint8_t>(nodes_[whole].depth + 1);
    node.hasAnyElement = nodes_[whole].hasAnyElement || step.kind == StepKind::element;
    node.nextSibling = nodes_[whole].firstChild;
    const NodeId id = addNode(node);
    nodes_[whole].firstChild = id;
    parts_.insert(partHash(whole, step), id);
    return id;
}

const ir::Type* LocationTable::typeOf(NodeId id) const {
    const Node& node = nodes_[id];
    if (node.object == kNoId || isElement(id))
        return nullptr;
    const ir::Index type = node.parent == kNoId ? objectTypes_[node.object] : code_.fields[node.index].type;
    return type == ir::kNone ? nullptr : &code_.types[type];
}

std::string_view LocationTable::recordOf(NodeId id) const {
    const Node& node = nodes_[id];
    if (node.object == kNoId)
        return {};
    if (node.parent == kNoId && objects_[node.object].kind == ObjectKind::foreign)
        return objects_[node.object].record;
    const bool element = isElement(id);
    while (isElement(id))
        id = nodes_[id].parent;
    const ir::Type* type = typeOf(id);
    if (!type)
        return element && nodes_[id].parent == kNoId ? std::string_view(objects_[nodes_[id].object].record) : "";
    const bool ofElement = type->kind == TypeKind::array || type->kind == TypeKind::container;
    return type->kind == TypeKind::record || (element && ofElement) ? std::string_view(type->record) : "";
}

bool LocationTable::isArrayLike(NodeId node) const {
    const ir::Type* type = typeOf(node);
    if (!type)
        return nodes_[node].object == kNoId || (isElement(node) && elementIsArray(node));
    switch (type->kind) {
    case TypeKind::array:
    case TypeKind::container:
    case TypeKind::unknown:
        return true;
    default:
        return false;
    }
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

bool LocationTable::isArray(NodeId node) const {
    const ir::Type* type = typeOf(node);
    return type && type->kind == TypeKind::array;
}

LocationTable::Start LocationTable::indexFrom(NodeId target, ir::Step step) const {
    if (nodes_[target].object == kNoId || isArrayLike(target))
        return {target, step};
    if (isElement(target)) { // &a[j] + k
        const Node& node = nodes_[target];
        const bool known = node.kind == StepKind::constant && step.kind == StepKind::constant;
        return {node.parent, known ? canonicalStep({StepKind::constant, node.index + step.index}) : ir::Step{StepKind::element, 0}};
    }
    const bool first = step.kind == StepKind::constant && step.index == 0;
    const bool maybeArray = nodes_[target].parent == kNoId && objects_[nodes_[target].object].kind == ObjectKind::heap;
    if (maybeArray && !first)
        return {target, step};
    return {target, std::nullopt};
}

} // namespace deadheat::link
