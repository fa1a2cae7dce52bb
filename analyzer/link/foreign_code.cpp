// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What code that the program does not contain provides: parameters of functions that nobody known calls, and the pointers in
// objects that come from outside. There is one foreign object per class, so that chains end.
//
// These rules ask whether a set is empty, which can stop being true while the solution grows. Each is applied when everything
// before it has been propagated, in a fixed order, so the result is deterministic.
#include "analyzer/link/points_to_impl.h"

namespace deadheat::link {

/// Functions that nobody calls get foreign objects; first those that no value leads to, later the others.
bool PointsTo::Impl::supplyParameters(bool alsoReachable) {
    bool any = false;
    for (FunctionId id = 0; id < code.functions.size(); ++id) {
        const ir::Function& function = code.functions[id];
        if (isEntry[id] || function.isMain || calls.isCalled(id) || function.blocks.empty())
            continue;
        if (!alsoReachable && (function.isVirtual || function.isLambda || calls.isAddressTaken(id)))
            continue;
        isEntry[id] = any = true;
        supplyParametersOf(id);
    }
    return any;
}

void PointsTo::Impl::supplyParametersOf(FunctionId id) {
    const ir::Function& function = code.functions[id];
    const ir::Index formals = function.parameters + (function.thisLocal() ? 1 : 0);
    for (ir::Index local = 0; local < formals; ++local) {
        const NodeId node = table.localNode(id, local);
        const RecordId owner = local == 0 && function.thisLocal() ? records.find(function.record) : kNoId;
        if (!graph.pointees(node).empty())
            continue; // unknown code calls it back with what it was given together with it
        if (owner != kNoId)
            graph.addPointee(node, values.foreignLocation(owner));
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
    graph.addPointee(pointer, values.foreignLocation(record));
    return true;
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
