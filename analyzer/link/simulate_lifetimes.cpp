// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a started thread is given that dies with the function that starts it: addresses of locals, and `this`.
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

bool keepsAlive(const ir::Module& code, ir::Index type) {
    return type != ir::kNone && (code.types[type].kind == ir::TypeKind::sharedPointer ||
                                 code.types[type].kind == ir::TypeKind::smartPointer);
}

} // namespace

void Simulator::addReference(ExprId value, std::vector<ExprId>& references) const {
    if (value == kNoExpr)
        return;
    ExprId root = objectRoot(value);
    const Expr& e = exprs_[root];
    bool isLocal = e.kind == ExprKind::local && e.a == function_;
    bool isThis = e.kind == ExprKind::parameter && e.a == 0 && code_.thisLocal();
    if (isLocal || isThis)
        insert(references, root);
}

/// `isCopied`: the started code gets a copy of the object named by `value`, so that only what it points to counts.
void Simulator::addReferences(const State& state, const ir::Value& value, bool isCopied,
                              std::vector<ExprId>& references) {
    bool namesPlace = value.kind == ir::ValueKind::address || value.kind == ir::ValueKind::load;
    if (!namesPlace)
        return;
    ExprId place = addressOf(state, value.place);
    bool isOwner = value.kind == ir::ValueKind::load && value.place.steps.empty() &&
                   value.place.root == ir::RootKind::local &&
                   keepsAlive(in_.code, code_.locals[value.place.index].type);
    if (isOwner)
        return;
    if (!isCopied || value.kind == ir::ValueKind::load)
        addReference(valueOf(state, value), references);
    if (!isCopied && value.kind == ir::ValueKind::address)
        return;
    for (const auto& [address, held] : state.memory) {
        if (address == place || !exprs_.isPartOf(address, place))
            continue;
        bool isOwned =
            exprs_[address].kind == ExprKind::field && keepsAlive(in_.code, in_.code.fields[exprs_[address].b].type);
        if (!isOwned)
            addReference(held, references);
    }
}

std::vector<ExprId> Simulator::referencesOf(const State& state, const ir::Instr& spawn) {
    std::vector<ExprId> references;
    for (std::size_t i = 1; i < spawn.operands.size(); ++i) {
        const ir::Place& place = spawn.operands[i].place;
        bool isTemporary = place.root == ir::RootKind::local && place.steps.empty() &&
                           code_.locals[place.index].kind == ir::LocalKind::temporary;
        addReferences(state, spawn.operands[i], i == 1 || isTemporary, references);
    }
    return references;
}

void Simulator::addOutliving(InstrRef start, InstrRef detached) {
    auto references = references_.find(start);
    if (!emitting_ || references == references_.end() || references->second.empty())
        return;
    for (OutlivingThread& known : facts_.outliving)
        if (known.start == start && known.detached == detached)
            return;
    facts_.outliving.push_back({start, detached, references->second});
}

void Simulator::noteDetached(const State& state, ExprId handle) {
    for (const Handle& known : state.handles)
        if (known.handle == handle && known.origin)
            addOutliving(known.origin, at_);
}

/// A thread whose handle the caller gets, or finds in an object of its own.
void Simulator::reportOutliving(const WayOut& way) {
    if (way.throws)
        return;
    for (const Handle& handle : way.state.handles)
        if (handle.status == HandleStatus::joinable && handle.origin &&
            (isVisible(handle.handle) || isHandedOn(way.state, handle.handle)))
            addOutliving(handle.origin, {});
}

} // namespace deadheat::link
