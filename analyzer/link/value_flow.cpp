// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/value_flow.h"

#include <algorithm>

namespace deadheat::link {

using ir::StepKind;
using ir::TypeKind;
using ir::ValueKind;

ValueFlow::ValueFlow(const ir::Module& code, const TypeTable& types, const RecordTable& records, LocationTable& table,
                     InclusionGraph& graph)
    : code_(code), types_(types), records_(records), table_(table), graph_(graph) {}

TypeId ValueFlow::typeBehind(TypeId type, const ir::Step& step, bool isDereferenced) const {
    if (step.kind == StepKind::field)
        return code_.fields[step.index].type;
    // p[i] is another object of p's type, unless p points to a whole array or container.
    const TypeKind kind = types_.kindOf(type);
    const bool stays =
        isDereferenced && step.kind != StepKind::deref && kind != TypeKind::array && kind != TypeKind::container;
    return stays ? type : types_.inner(type);
}

TypeId ValueFlow::rootType(FunctionId function, const ir::Place& place) const {
    if (place.root == ir::RootKind::global)
        return code_.globals[place.index].type;
    return place.root == ir::RootKind::local ? code_.functions[function].locals[place.index].type : ir::kNone;
}

TypeId ValueFlow::typeOf(FunctionId function, const ir::Place& place) const {
    TypeId type = rootType(function, place);
    bool isDereferenced = false;
    for (const ir::Step& step : place.steps) {
        type = typeBehind(type, step, isDereferenced);
        isDereferenced = step.kind == StepKind::deref;
    }
    return type;
}

RecordId ValueFlow::impliedCast(TypeId pointer, const ir::Step* next) const {
    const bool isUntyped =
        types_.kindOf(pointer) == TypeKind::pointer && types_.kindOf(types_.inner(pointer)) == TypeKind::void_;
    return isUntyped && next && next->kind == StepKind::field ? records_.ofField(next->index) : kNoId;
}

NodeId ValueFlow::rootOf(FunctionId function, const ir::Place& place) const {
    return place.root == ir::RootKind::global ? table_.globalNode(place.index)
                                              : table_.localNode(function, place.index);
}

ValueFlow::Target ValueFlow::resolve(FunctionId function, const ir::Place& place) {
    NodeId node = rootOf(function, place);
    TypeId type = rootType(function, place);
    const std::span<const ir::Step> steps = place.steps;
    std::size_t at = 0;
    for (; at < steps.size() && steps[at].kind != StepKind::deref; ++at) {
        node = graph_.partOf(node, steps[at]);
        type = typeBehind(type, steps[at], false);
    }
    const bool isStatic = at == steps.size();
    for (bool isFirst = true; at < steps.size(); isFirst = false) {
        if (!isFirst)
            node = graph_.contentsOf(node);
        if (const RecordId record = impliedCast(type, at + 1 < steps.size() ? &steps[at + 1] : nullptr);
            record != kNoId)
            node = graph_.castOf(node, record, false);
        type = typeBehind(type, steps[at], false);
        std::vector<ir::Step> part;
        for (++at; at < steps.size() && steps[at].kind != StepKind::deref; ++at) {
            type = typeBehind(type, steps[at], part.empty());
            part.push_back(canonicalStep(steps[at]));
        }
        node = graph_.addressOf(node, part);
    }
    return {node, isStatic};
}

/// A record passed by value may be written as the address of the temporary that holds it.
bool ValueFlow::passesByAddress(TypeId type, FunctionId function, const ir::Value& value) const {
    if (value.kind != ValueKind::address)
        return false;
    switch (types_.kindOf(type)) {
    case TypeKind::record:
    case TypeKind::array:
    case TypeKind::container:
    case TypeKind::opaque:
    case TypeKind::thread:
    case TypeKind::joiningThread:
    case TypeKind::future:
    case TypeKind::promise:
    case TypeKind::guard: return true;
    case TypeKind::smartPointer:
    case TypeKind::sharedPointer:
    case TypeKind::callable: return types_.kindOf(typeOf(function, value.place)) == types_.kindOf(type);
    default: return false;
    }
}

/// The record that a conversion between pointer types promises; kNoId when there is none or it leads to a base.
RecordId ValueFlow::castBetween(TypeId source, TypeId target) const {
    const TypeKind kind = types_.kindOf(source);
    if (kind != TypeKind::pointer && kind != TypeKind::reference)
        return kNoId;
    const RecordId from = records_.ofPointee(source), to = records_.ofPointee(target);
    if (to == kNoId || (from != kNoId && records_.derivesFrom(from, to)))
        return kNoId;
    return to;
}

void ValueFlow::copy(NodeId from, TypeId source, NodeId to, TypeId type) {
    if (const RecordId record = castBetween(source, type); record != kNoId)
        graph_.addCopy(graph_.castOf(from, record, types_.isByte(types_.inner(source))), to, false);
    else
        graph_.addCopy(from, to, types_.isWhole(type));
}

void ValueFlow::cast(NodeId from, NodeId to, TypeId type) {
    const RecordId record = records_.ofPointee(type);
    graph_.addCopy(record == kNoId ? from : graph_.castOf(from, record, false), to, types_.isWhole(type));
}

/// Bytes behind a pointer may be anything: the IR shows no casts.
bool ValueFlow::mayPoint(TypeId type, const ir::Place& place) const {
    const auto isDereference = [](const ir::Step& step) { return step.kind == StepKind::deref; };
    return types_.mayPoint(type) || (types_.isByte(type) && std::ranges::any_of(place.steps, isDereference));
}

void ValueFlow::assign(NodeId to, TypeId type, FunctionId function, const ir::Value& value) {
    switch (value.kind) {
    case ValueKind::function:
    case ValueKind::method: graph_.addPointee(to, functionLocation(value.symbol)); return;
    case ValueKind::load:
    case ValueKind::address: break;
    default: return;
    }
    const Target source = resolve(function, value.place);
    const bool contents = value.kind == ValueKind::load || passesByAddress(type, function, value);
    if (!contents && source.isStatic)
        graph_.addPointee(to, source.base);
    else if (!contents)
        graph_.addCopy(source.base, to, false);
    else
        copy(source.isStatic ? source.base : graph_.contentsOf(source.base, types_.isWhole(type)),
             typeOf(function, value.place), to, type);
}

void ValueFlow::store(FunctionId function, const ir::Place& place, const ir::Value& value) {
    const TypeId type = typeOf(function, place);
    const bool movesByte =
        types_.isByte(type) && value.kind == ValueKind::load && types_.isByte(typeOf(function, value.place));
    if (!place || !mayPoint(type, place) || movesByte)
        return;
    const Target target = resolve(function, place);
    if (target.isStatic) {
        assign(target.base, type, function, value);
        return;
    }
    const NodeId held = graph_.temporary();
    assign(held, type, function, value);
    graph_.addStore(target.base, held, types_.isWhole(type));
}

void ValueFlow::store(FunctionId function, const ir::Place& place, NodeId from, TypeId source) {
    const TypeId type = typeOf(function, place);
    if (!place || !mayPoint(type, place))
        return;
    const Target target = resolve(function, place);
    if (target.isStatic)
        copy(from, source, target.base, type);
    else
        graph_.addStore(target.base, from, types_.isWhole(type));
}

void ValueFlow::storeThrough(FunctionId function, const ir::Value& pointer, NodeId from) {
    if (pointer.kind == ValueKind::address)
        store(function, pointer.place, from);
    else
        graph_.addStore(nodeOf(function, pointer), from, true);
}

NodeId ValueFlow::nodeOf(FunctionId function, const ir::Value& value) {
    if (value.kind == ValueKind::load || value.kind == ValueKind::address) {
        const Target source = resolve(function, value.place);
        if (value.kind == ValueKind::load)
            return source.isStatic ? source.base : graph_.contentsOf(source.base);
        return source.isStatic ? pointerTo(source.base) : source.base;
    }
    if (value.kind == ValueKind::function || value.kind == ValueKind::method)
        return pointerTo(functionLocation(value.symbol));
    return graph_.temporary();
}

NodeId ValueFlow::contentsOf(FunctionId function, const ir::Value& pointer) {
    if (pointer.kind == ValueKind::address) {
        const Target source = resolve(function, pointer.place);
        return source.isStatic ? source.base : graph_.contentsOf(source.base);
    }
    return graph_.contentsOf(nodeOf(function, pointer));
}

NodeId ValueFlow::pointerTo(LocationId location) {
    if (const NodeId known = pointers_.find(location); known != kNoId)
        return known;
    const NodeId node = graph_.temporary();
    pointers_.insert(location, node);
    graph_.addPointee(node, location);
    return node;
}

LocationId ValueFlow::functionLocation(ir::Index symbol) {
    if (const LocationId known = functions_.find(symbol); known != kNoId)
        return known;
    const LocationId location = table_.addObject({ObjectKind::function, symbol, ir::kNone, {}, {}}, ir::kNone);
    functions_.insert(symbol, location);
    return location;
}

LocationId ValueFlow::foreignLocation(RecordId record) {
    if (const LocationId known = foreign_.find(record); known != kNoId)
        return known;
    const std::string usr = record == kNoId ? std::string() : records_.usr(record);
    const LocationId location = table_.addObject({ObjectKind::foreign, ir::kNone, ir::kNone, {}, usr}, ir::kNone);
    foreign_.insert(record, location);
    return location;
}

LocationId ValueFlow::siteLocation(ObjectKind kind, InstrRef site) {
    const auto [at, isNew] = sites_.try_emplace({kind, site}, kNoId);
    if (isNew)
        at->second = table_.addObject({kind, ir::kNone, ir::kNone, site, {}}, ir::kNone);
    return at->second;
}

LocationId ValueFlow::newHeapObject(InstrRef site, TypeId type, bool isProcessShared) {
    return table_.addObject({ObjectKind::heap, ir::kNone, ir::kNone, site, {}, isProcessShared}, type);
}

} // namespace deadheat::link
