// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values and memory of the simulation. Memory that nothing was seen to change keeps its value: reads of it are `load`
// expressions, equal for equal addresses. That is optimistic for memory that others write; lock identity needs it, and a
// program that changes `p->lock` while holding it is wrong anyway.
#include "analyzer/link/program.h"
#include "analyzer/link/simulator.h"
#include "analyzer/link/store_targets.h"

#include <ranges>

namespace deadheat::link {

ExprId Simulator::loadFrom(const State& state, ExprId address) {
    if (address == kNoExpr)
        return kNoExpr;
    if (ExprId known = stored(state, address))
        return known;
    const Expr e = exprs_[address];
    if (e.kind == ExprKind::local && e.a == function_) {
        ir::LocalKind kind = code_.locals[e.b].kind;
        if (kind == ir::LocalKind::this_ || kind == ir::LocalKind::parameter)
            return exprs_.parameter(e.b);
    }
    return exprs_.load(address);
}

ExprId Simulator::addressOf(const State& state, const ir::Place& place) {
    if (!place)
        return kNoExpr;
    ExprId address =
        place.root == ir::RootKind::global ? exprs_.global(place.index) : exprs_.local(function_, place.index);
    for (const ir::Step& step : place.steps) {
        switch (step.kind) {
        case ir::StepKind::deref: address = loadFrom(state, address); break;
        case ir::StepKind::field: address = exprs_.field(address, step.index); break;
        case ir::StepKind::element: address = exprs_.element(address, kAnyElement); break;
        case ir::StepKind::constant: address = exprs_.element(address, exprs_.number(step.index)); break;
        case ir::StepKind::variable: {
            ExprId index = loadFrom(state, exprs_.local(function_, step.index));
            address = exprs_.element(address, index == kNoExpr ? kAnyElement : index);
            break;
        }
        }
    }
    return address;
}

ExprId Simulator::valueOf(const State& state, const ir::Value& value) {
    switch (value.kind) {
    case ir::ValueKind::null: return exprs_.number(0);
    case ir::ValueKind::constant: return exprs_.number(value.number);
    case ir::ValueKind::load: return loadFrom(state, addressOf(state, value.place));
    case ir::ValueKind::address: return addressOf(state, value.place);
    case ir::ValueKind::function:
    case ir::ValueKind::method: return exprs_.function(value.symbol);
    default: return kNoExpr;
    }
}

ExprId Simulator::freshResult() { return exprs_.result(function_, serial_); }

ExprId Simulator::objectRoot(ExprId address) const {
    while (exprs_[address].kind == ExprKind::field || exprs_[address].kind == ExprKind::element)
        address = exprs_[address].a;
    return address;
}

bool Simulator::isOwned(const State& state, ExprId address) const {
    ExprId root = objectRoot(address);
    const Expr& e = exprs_[root];
    bool own = (e.kind == ExprKind::local || e.kind == ExprKind::allocation) && e.a == function_;
    return (own && !contains(state.published, root)) || contains(state.taken, root);
}

void Simulator::store(State& state, ExprId address, ExprId value) {
    if (address == kNoExpr)
        return;
    const ExprId before = isOwned(state, address) ? kNoExpr : loadFrom(state, address);
    overwrite(state, address, value);
    if (exprs_[objectRoot(address)].kind != ExprKind::local)
        erase(state.taken, objectRoot(value)); // `node->next = item`: where the node can be reached, the item can
    takeOut(state, before, value);
}

void Simulator::overwrite(State& state, ExprId address, ExprId value) { overwriteAll(state, {{address, value}}); }

/// Stores one after the other, each of which may change what those before it have stored.
void Simulator::overwriteAll(State& state, std::vector<std::pair<ExprId, ExprId>> stores) {
    std::erase_if(stores, [](const auto& store) { return store.first == kNoExpr; });
    if (stores.empty())
        return;
    const ExprId unknown = freshResult();
    auto isOwnedHere = [&](ExprId address) { return isOwned(state, address); };
    StoreTargets targets(exprs_);
    for (auto& [address, value] : std::views::reverse(stores)) {
        if (value == kNoExpr || targets.contains(address) || targets.mayChange(address, isOwnedHere))
            value = unknown;
        targets.add(address, isOwned(state, address));
    }
    for (auto& [other, known] : state.memory)
        if (targets.mayChange(other, isOwnedHere))
            known = unknown;
    for (const auto& [address, value] : stores) {
        setStored(state, address, value);
        const Expr& root = exprs_[objectRoot(address)];
        const bool isThreadLocal = root.kind == ExprKind::global && in_.code.globals[root.a].isThreadLocal;
        const bool keptPrivate = isOwned(state, address) || root.kind == ExprKind::parameter || isThreadLocal;
        if (!keptPrivate)
            publish(state, value);
    }
}

/// What a place led to until now is out of reach of those who look there: `item = list->first; list->first = item->next`. That
/// nothing else leads to it is assumed, unless this function was seen to keep it: in `node->next = list->first; list->first = node`
/// the old first one is still on the list. An object with a lock of its own says that others use it all the same.
void Simulator::takeOut(State& state, ExprId pointer, ExprId successor) {
    if (!isSomebodysPointer(pointer) || pointer == successor || contains(state.taken, pointer))
        return;
    const bool isKept = std::ranges::any_of(state.memory, [&](const auto& entry) {
        return entry.second == pointer && exprs_[objectRoot(entry.first)].kind != ExprKind::local;
    });
    if (!isKept && !hasLock(pointer))
        insert(state.taken, pointer);
}

bool Simulator::hasLock(ExprId pointer) {
    const auto [known, isNew] = hasLock_.try_emplace(pointer, false);
    if (!isNew)
        return known->second;
    constexpr std::size_t kMostMembers = 64;
    auto isLock = [&](LocationId member) {
        const ir::Step step = in_.pointsTo.step(member);
        const ir::Index type = step.kind == ir::StepKind::field ? in_.code.fields[step.index].type : ir::kNone;
        const ir::TypeKind kind = type == ir::kNone ? ir::TypeKind::unknown : in_.code.types[type].kind;
        return kind == ir::TypeKind::mutex || kind == ir::TypeKind::recursiveMutex ||
               kind == ir::TypeKind::sharedMutex || kind == ir::TypeKind::spinLock;
    };
    return known->second = std::ranges::any_of(in_.locations.of(function_, pointer), [&](LocationId object) {
               return std::ranges::any_of(in_.pointsTo.membersWithin(object, kMostMembers), isLock);
           });
}

bool Simulator::isSomebodysPointer(ExprId value) const {
    const ExprKind kind = exprs_[value].kind;
    return kind == ExprKind::load || kind == ExprKind::phi || kind == ExprKind::result;
}

void Simulator::storeResult(State& state, const ir::Instr& instr, ExprId value) {
    if (instr.result)
        store(state, addressOf(state, instr.result), value);
}

void Simulator::copy(State& state, const ir::Instr& instr) {
    ExprId to = addressOf(state, instr.result);
    const ir::Value& value = instr.operands[0];
    store(state, to, valueOf(state, value));
    if (const ir::Instr* before = at_.instr == 0 ? nullptr : &code_.blocks[at_.block].instrs[at_.instr - 1];
        before != nullptr && before->op == ir::Op::readWrite && before->flags.down &&
        before->operands[0].place == instr.result)
        noteCountedDown(stored(state, to), to, CountedDown::Value::after);
    // A flag set under a lock: `ready = true`.
    bool raises = value.kind == ir::ValueKind::constant && value.number != 0 && to != kNoExpr && !isOwned(state, to);
    if (raises && std::ranges::any_of(state.held, [](const Held& held) { return held.count > 0; }))
        insert(state.posted, to);
    if (value.kind == ir::ValueKind::load)
        copyParts(state, addressOf(state, value.place), to);
}

/// A record is copied with what is known of its parts.
void Simulator::copyParts(State& state, ExprId from, ExprId to) {
    if (from == kNoExpr || to == kNoExpr || from == to)
        return;
    std::vector<std::pair<ExprId, ExprId>> parts;
    for (const auto& [address, value] : state.memory)
        if (address != from && exprs_.isPartOf(address, from))
            parts.emplace_back(exprs_.replace(address, from, to), value);
    for (const auto& [address, value] : parts)
        if (address != kNoExpr)
            setStored(state, address, value);
}

/// From here on others may have the address: of the object itself and of all it is known to point to.
void Simulator::publish(State& state, ExprId value, int depth) {
    if (value == kNoExpr || depth > 4)
        return;
    ExprId root = objectRoot(value);
    ExprKind kind = exprs_[root].kind;
    bool isObject = kind == ExprKind::local || kind == ExprKind::allocation || kind == ExprKind::parameter ||
                    contains(state.taken, root);
    erase(state.taken, root);
    if (!isObject || !insert(state.published, root))
        return;
    std::vector<ExprId> inside;
    for (const auto& [address, held] : state.memory)
        if (exprs_.isPartOf(address, root))
            inside.push_back(held);
    for (ExprId part : inside)
        publish(state, part, depth + 1);
}

/// What is read anew may have been changed by others.
void Simulator::forgetNumberAt(State& state, ExprId address) {
    ExprId known = stored(state, address);
    if (known != kNoExpr && exprs_.isNumber(known))
        setStored(state, address, freshResult());
    const ExprId before = exprs_.load(address);
    std::erase_if(state.facts, [&](const Fact& fact) { return fact.value == before || fact.other == before; });
}

/// What is known of an access here, whatever it does.
AccessFact Simulator::accessFact(const State& state, ExprId address) {
    AccessFact fact;
    fact.at = at_;
    fact.address = address;
    fact.point = pointOf(state);
    fact.owned = isOwned(state, address);
    fact.published = contains(state.published, objectRoot(address));
    return fact;
}

void Simulator::access(State& state, const ir::Instr& instr) {
    using ir::Op;
    ExprId address = valueOf(state, instr.operands[0]);
    bool atomic = instr.order != ir::MemoryOrder::notAtomic;
    bool writes = instr.op != Op::read, reads = instr.op == Op::read || instr.op == Op::readWrite;
    if (emitting_) {
        AccessFact fact = accessFact(state, address);
        fact.write = writes;
        fact.read = reads;
        fact.atomic = atomic;
        fact.isInit = instr.flags.isInit;
        fact.order = instr.order;
        // An object that becomes one of the derived class matters to others only if the base's constructor has told them of it.
        if (!(instr.flags.isInit && instr.flags.implicit) || fact.published)
            facts_.accesses.push_back(fact);
    }
    bool acquires = instr.order == ir::MemoryOrder::acquire || instr.order == ir::MemoryOrder::acqRel ||
                    instr.order == ir::MemoryOrder::seqCst || instr.order == ir::MemoryOrder::consume;
    bool releases = instr.order == ir::MemoryOrder::release || instr.order == ir::MemoryOrder::acqRel ||
                    instr.order == ir::MemoryOrder::seqCst;
    bool locked = isPredicate_ || std::ranges::any_of(state.held, [](const Held& held) { return held.count > 0; });
    if (address != kNoExpr && reads && (acquires || (locked && !atomic)))
        insert(state.observed, address);
    if (address != kNoExpr && writes && releases)
        insert(state.posted, address);
    const bool counts = (instr.flags.up || instr.flags.down) && (releases || (locked && !atomic));
    if (address != kNoExpr && counts && isCounter(address))
        insert(state.posted, exprs_.count(address, instr.flags.up));
    if (atomic && writes && releases &&
        (!reads || (instr.success == ir::Success::zero && !instr.result))) // or an exchange as a store
        releaseSpin(state, address, at_, {});
    if (writes && instr.flags.opaqueBody)
        forgetNumbersIn(state, address);
    if (address != kNoExpr && reads && !isOwned(state, address) && (atomic || instr.flags.isVolatile))
        forgetNumberAt(state, address);
    if (instr.op == Op::readWrite && instr.flags.down && !atomic)
        noteCountedDown(loadFrom(state, address), address, CountedDown::Value::before);
    if (!instr.result)
        return;
    ExprId result = freshResult();
    if (instr.flags.down)
        noteCountedDown(result, address, CountedDown::Value::either);
    if (atomic && instr.op == Op::readWrite && acquires)
        atomicStatus_[result] = {address, instr.success};
    storeResult(state, instr, result);
}

} // namespace deadheat::link
