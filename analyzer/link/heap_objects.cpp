// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/heap_objects.h"

#include "analyzer/link/merge.h"

namespace deadheat::link {

namespace {

/// Objects of one type that calls of one wrapper are told apart by. A wrapper called from more places makes what goes through
/// queues and pools, where the objects meet again anyway; the further calls share the last one's object.
constexpr unsigned kMaxObjectsOfWrapper = 32;

} // namespace

HeapObjects::HeapObjects(const ir::Module& code, const TypeTable& types, const RecordTable& records,
                         InclusionGraph& graph, ValueFlow& values)
    : code_(code), types_(types), records_(records), graph_(graph), values_(values),
      functionOfSymbol_(functionsBySymbol(code)), wrappers_(code, functionOfSymbol_) {}

void HeapObjects::allocate(InstrRef alloc) {
    const ir::Place& result = instrAt(code_, alloc).result;
    if (!result)
        return;
    const bool perCall = wrappers_.feedsResult(alloc);
    const NodeId made = perCall ? productOf(alloc.function, alloc) : values_.pointerTo(objectOf(alloc, alloc));
    values_.store(alloc.function, result, made);
}

bool HeapObjects::call(InstrRef site, FunctionId callee) {
    const ir::Place& result = instrAt(code_, site).result;
    for (const InstrRef root : wrappers_.roots(callee)) {
        NodeId made = kNoId;
        if (wrappers_.feedsResult(site)) {
            made = productOf(site.function, root);
            graph_.addCopy(made, productOf(callee, root), false);
        } else {
            const LocationId object = objectOf(site, root);
            made = values_.pointerTo(object);
            graph_.addPointee(productOf(callee, root), object);
        }
        if (const std::optional<ir::Step>& offset = wrappers_.offset(callee))
            made = graph_.addressOf(made, {&*offset, 1});
        if (result)
            values_.store(site.function, result, made);
    }
    return !wrappers_.roots(callee).empty();
}

/// A node that holds all the objects which the wrapper makes by `root`.
NodeId HeapObjects::productOf(FunctionId wrapper, InstrRef root) {
    const auto [at, isNew] = products_.try_emplace({wrapper, root}, kNoId);
    if (isNew) {
        at->second = graph_.temporary();
        if (wrappers_.hasUnknownCallers(wrapper))
            graph_.addPointee(at->second, objectOf(root, root));
    }
    return at->second;
}

LocationId HeapObjects::objectOf(InstrRef site, InstrRef root) {
    const auto [at, isNew] = objects_.try_emplace({site, root}, kNoId);
    if (!isNew)
        return at->second;
    const TypeId type = typeOf(site, instrAt(code_, root).type);
    SharedObject& shared = sharedObjects_[{root, type}];
    const bool isCrowded = site != root && shared.calls++ >= kMaxObjectsOfWrapper;
    if (!isCrowded)
        shared.latest = values_.newHeapObject(site, type, instrAt(code_, root).flags.processShared);
    at->second = shared.latest;
    return at->second;
}

/// C allocates memory for no type; the type is that of the variable which the pointer is given to.
TypeId HeapObjects::typeOf(InstrRef site, TypeId type) {
    const auto isUntyped = [&](TypeId each) {
        return types_.kindOf(each) == ir::TypeKind::unknown || types_.kindOf(each) == ir::TypeKind::void_;
    };
    const ir::Place& result = instrAt(code_, site).result;
    if (!isUntyped(type) || !result)
        return type;
    if (const TypeId pointee = types_.inner(values_.typeOf(site.function, result)); !isUntyped(pointee))
        return pointee;
    return result.root == ir::RootKind::local && result.steps.empty() ? usedAs(site.function, result.index) : type;
}

/// The type that copies of the local are declared to point to; kNone when there is none or more than one.
TypeId HeapObjects::usedAs(FunctionId function, ir::Index local) {
    if (scanned_ != function)
        scanUses(function);
    const auto at = usedAs_.find(local);
    return at == usedAs_.end() ? ir::kNone : at->second;
}

void HeapObjects::scanUses(FunctionId function) {
    scanned_ = function;
    usedAs_.clear();
    for (const ir::Block& block : code_.functions[function].blocks)
        for (const ir::Instr& instr : block.instrs) {
            if (instr.op != ir::Op::copy || instr.operands.empty() || instr.operands[0].kind != ir::ValueKind::load)
                continue;
            const ir::Place& from = instr.operands[0].place;
            const TypeId pointee = types_.inner(values_.typeOf(function, instr.result));
            if (pointee == ir::kNone || from.root != ir::RootKind::local || !from.steps.empty())
                continue;
            const auto [at, isNew] = usedAs_.try_emplace(from.index, pointee);
            if (!isNew && at->second != pointee)
                at->second = ir::kNone;
        }
}

} // namespace deadheat::link
