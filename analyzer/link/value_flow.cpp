// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/value_flow.h"

namespace deadheat::link {

using ir::StepKind;
using ir::TypeKind;
using ir::ValueKind;

ValueFlow::ValueFlow(const ir::Module& code, const TypeTable& types, const RecordTable& records, LocationTable& table,
                     InclusionGraph& graph)
    : code_(code), types_(types), records_(records), table_(table), graph_(graph) {}

TypeId ValueFlow::typeOf(FunctionId function, const ir::Place& place) const {
    TypeId type = ir::kNone;
    if (place.root == ir::RootKind::global)
        type = code_.globals[place.index].type;
    else if (place.root == ir::RootKind::local)
        type = code_.functions[function].locals[place.index].type;
    bool isDereferenced = false;
    for (const ir::Step& step : place.steps) {
        // p[i] is another object of p's type, unless p points to a whole array or container.
        const TypeKind kind = types_.kindOf(type);
        const bool stays = isDereferenced && step.kind != StepKind::deref && kind != TypeKind::array && kind != TypeKind::container;
        isDereferenced = step.kind == StepKind::deref;
        if (step.kind == StepKind::field)
            type = code_.fields[step.index].type;
        else if (!stays)
            type = types_.inner(type);
    }
    return type;
}

NodeId ValueFlow::rootOf(FunctionId function, const ir::Place& place) const {
    return place.root == ir::RootKind::global ? table_.globalNode(place.index) : table_.localNode(function, place.index);
}

ValueFlow::Target ValueFlow::resolve(FunctionId function, const ir::Place& place) {
    NodeId node = rootOf(function, place);
    const std::span<const ir::Step> steps = place.steps;
    std::size_t at = 0;
    for (; at < steps.size() && steps[at].kind != StepKind::deref; ++at)
        node = graph_.partOf(node, steps[at]);
    const bool isStatic = at == steps.size();
    for (bool first = true; at < steps.size(); first = false) {
        std::size_t end = at + 1;
        while (end < steps.size() && steps[end].kind != StepKind::deref)
            ++end;
        std::vector<ir::Step> part;
        for (const ir::Step& step : steps.subspan(at + 1, end - at - 1))
            part.push_back(canonicalStep(step));
        node = graph_.addressOf(first ? node : graph_.contentsOf(node), part);
        at = end;
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
    case TypeKind::guard:
        return true;
    case TypeKind::smartPointer:
    case TypeKind::sharedPointer:
    case TypeKind::callable:
        return types_.kindOf(typeOf(function, value.place)) == types_.kindOf(type);
    default:
        return false;
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
        graph_.addCast(from, to, record);
    else
        graph_.addCopy(from, to, types_.isWhole(type));
}

void ValueFlow::assign(NodeId to, TypeId type, FunctionId function, const ir::Value& value) {
    if (!types_.mayPoint(type))
        return;
    switch (value.kind) {
    case ValueKind::function:
    case ValueKind::method:
        graph_.addPointee(to, functionLocation(value.symbol));
        return;
    case ValueKind::load:
    case ValueKind::address:
        break;
    default:
        return;
    }
    const Target source = resolve(function, value.place);
    const bool contents = value.kind == ValueKind::load || passesByAddress(type, function, value);
    if (!contents && source.isStatic)
        graph_.addPointee(to, source.base);
    else if (!contents)
        graph_.addCopy(source.base, to, false);
    else
        copy(source.isStatic ? source.base : graph_.contentsOf(source.base, types_.isWhole(type)), typeOf(function, value.place), to, type);
}

void ValueFlow::store(FunctionId function, const ir::Place& place, const ir::Value& value) {
    const TypeId type = typeOf(function, place);
    if (!place || !types_.mayPoint(type))
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
    if (!place || !types_.mayPoint(type))
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
    const LocationId location =
        table_.addObject({ObjectKind::foreign, ir::kNone, ir::kNone, {}, records_.usr(record)}, ir::kNone);
    foreign_.insert(record, location);
    return location;
}

LocationId ValueFlow::siteLocation(ObjectKind kind, InstrRef site) {
    const auto [at, isNew] = sites_.try_emplace({kind, site}, kNoId);
    if (isNew)
        at->second = table_.addObject({kind, ir::kNone, ir::kNone, site, {}}, ir::kNone);
    return at->second;
}

LocationId ValueFlow::heapLocation(InstrRef site, TypeId type, RecordId record) {
    return table_.addObject({ObjectKind::heap, ir::kNone, ir::kNone, site, {}}, type, record);
}

} // namespace deadheat::link
