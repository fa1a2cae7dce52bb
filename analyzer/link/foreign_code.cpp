// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What code that the program does not contain provides: parameters of functions that nobody known calls, and the pointers in
// objects that come from outside. There is one foreign object per class, so that chains end.
//
// These rules ask whether a set is empty, which can stop being true while the solution grows. Each is applied when everything
// before it has been propagated, in a fixed order, so the result is deterministic.
#include "analyzer/link/points_to_impl.h"

namespace deadheat::link {

/// What unknown callers are given of a class, returned or stored through a parameter, is what they pass on to others: the program
/// makes the objects of that class itself, and a connection that a client uses is one that was made by `connect`.
void PointsTo::Impl::takeDeliveries(FunctionId id) {
    const ir::Function& function = code.functions[id];
    if (const RecordId record = records.ofPointee(function.result);
        record != kNoId && function.returnLocal != ir::kNone)
        graph.addCopy(table.localNode(id, function.returnLocal), deliveryOf(record, function.result), false);
    for (ir::Index local = function.thisLocal() ? 1 : 0; local < function.locals.size(); ++local) {
        if (function.locals[local].kind != ir::LocalKind::parameter)
            break;
        const TypeId pointer = types.inner(function.locals[local].type);
        const NodeId node = table.localNode(id, local);
        if (const RecordId record = records.ofPointee(pointer); record != kNoId && graph.pointees(node).empty())
            graph.addPointee(node, deliveryOf(record, pointer));
    }
}

LocationId PointsTo::Impl::deliveryOf(RecordId record, TypeId pointer) {
    const auto [at, isNew] = deliveries.try_emplace(record, kNoId);
    if (isNew)
        at->second = table.addObject({ObjectKind::delivery, ir::kNone, ir::kNone, {}, records.usr(record)}, pointer);
    return at->second;
}

/// A variable of the program's that is handed out, as a default, says that callers have objects of their own beside it.
bool PointsTo::Impl::isDelivered(RecordId record) {
    const auto known = deliveries.find(record);
    if (known == deliveries.end())
        return false;
    bool areAllMade = true;
    const LocationSet& objects = graph.pointees(known->second);
    objects.forEach([&](LocationId object) { areAllMade &= table.objectKind(object) == ObjectKind::heap; });
    return areAllMade && !objects.empty();
}

/// Functions that nobody calls get foreign objects; first those that no value leads to, later the others.
bool PointsTo::Impl::supplyParameters(bool alsoReachable) {
    std::vector<FunctionId> entries;
    for (FunctionId id = 0; id < code.functions.size(); ++id) {
        const ir::Function& function = code.functions[id];
        if (isEntry[id] || function.isMain || calls.isCalled(id) || function.blocks.empty())
            continue;
        if (!alsoReachable && (function.isVirtual || function.isLambda || calls.isAddressTaken(id)))
            continue;
        isEntry[id] = true;
        entries.push_back(id);
        takeDeliveries(id);
    }
    graph.solve();
    for (const FunctionId id : entries)
        supplyParametersOf(id);
    return !entries.empty();
}

void PointsTo::Impl::supplyParametersOf(FunctionId id) {
    const ir::Function& function = code.functions[id];
    const ir::Index formals = function.formals();
    for (ir::Index local = 0; local < formals; ++local) {
        const NodeId node = table.localNode(id, local);
        const RecordId owner = local == 0 && function.thisLocal() ? records.find(function.record) : kNoId;
        if (!graph.pointees(node).empty())
            continue; // unknown code calls it back with what it was given together with it
        if (owner != kNoId)
            supplyObject(node, owner);
        else
            supply(node, function.locals[local].type);
    }
}

/// True when a pointer of the type can be given something.
bool PointsTo::Impl::supply(NodeId pointer, TypeId type) {
    const RecordId record = records.ofPointee(type);
    const bool isUntyped =
        types.kindOf(type) == ir::TypeKind::pointer && types.kindOf(types.inner(type)) == ir::TypeKind::void_;
    if (record == kNoId && !isUntyped)
        return false;
    supplyObject(pointer, record);
    return true;
}

void PointsTo::Impl::supplyObject(NodeId pointer, RecordId record) {
    if (isDelivered(record))
        graph.addCopy(deliveries[record], pointer, false);
    else
        graph.addPointee(pointer, values.foreignLocation(record));
}

bool PointsTo::Impl::supplyContentsOf(NodeId node) {
    return graph.pointees(node).empty() && supply(node, table.typeOf(node));
}

/// A pointer in a foreign object or a global that nobody stores to was set by unknown code.
bool PointsTo::Impl::supplyContents() {
    bool any = false;
    const auto& parts = graph.createdParts();
    for (; partsSupplied < parts.size(); ++partsSupplied) {
        const NodeId node = parts[partsSupplied];
        if (table.objectOf(node) == kNoId)
            continue;
        const ObjectKind kind = table.objectKind(node);
        if (kind == ObjectKind::foreign || kind == ObjectKind::global)
            any |= supplyContentsOf(node);
    }
    return any;
}

} // namespace deadheat::link
