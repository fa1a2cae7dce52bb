// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks, guards and condition waits in the simulation.
#include "analyzer/link/simulator.h"

namespace deadheat::link {

/// Splits a state at a call with a status: `good` continues with the status that means success, `state` with the other.
void Simulator::forkOnStatus(State state, const ir::Instr& instr, const State& good, States& out) {
    State success = good;
    bool zeroIsGood = instr.success == ir::Success::zero;
    ExprId other = freshResult();
    storeResult(success, instr, zeroIsGood ? exprs_.number(0) : exprs_.number(1));
    out.push_back(std::move(success));
    if (zeroIsGood) {
        storeResult(state, instr, other);
        if (instr.result) learn(state, ir::Compare::notEqual, other, exprs_.number(0));
    } else {
        storeResult(state, instr, exprs_.number(0));
    }
    out.push_back(std::move(state));
}

void Simulator::acquire(State state, const ir::Instr& instr, States& out) {
    ExprId lock = valueOf(state, instr.operands[0]);
    State good = state;
    bool isTry = instr.flags.isTry || instr.flags.timed;
    take(good, lock, instr.flags.shared, instr.flags.recursive, isTry, at_, {});
    if (isTry) return forkOnStatus(std::move(state), instr, good, out);
    if (instr.result) storeResult(good, instr, exprs_.number(instr.success == ir::Success::nonZero ? 1 : 0));
    out.push_back(std::move(good));
}

void Simulator::take(State& state, ExprId lock, bool shared, bool recursive, bool isTry, InstrRef where, InstrRef via) {
    if (lock == kNoExpr) return;
    if (emitting_) facts_.acquires.push_back({where, via, lock, pointOf(state), shared, isTry, recursive});
    Held& held = heldEntry(state, lock);
    if (held.count > 0 && !recursive && !held.recursive && !isTry && !(shared && held.shared)) {
        Held before = held;
        event(state, EventKind::doubleAcquire, lock, lock, before.where, before.via);
    }
    Held& taken = heldEntry(state, lock);
    ++taken.count;
    if (taken.count == 0) {
        std::erase_if(state.held, [&](const Held& h) { return h.lock == lock; });
        return;
    }
    if (taken.count == 1) {
        taken.shared = shared;
        taken.where = where;
        taken.via = via;
    }
    taken.recursive |= recursive;
    taken.count = std::min<std::int16_t>(taken.count, 3);
}

void Simulator::release(State& state, ExprId lock, InstrRef where, InstrRef via) {
    if (lock == kNoExpr) return;
    Held& held = heldEntry(state, lock);
    if (held.count <= 0) {
        bool before = held.count < 0 || contains(state.onceReleased, lock);
        InstrRef first = held.where, firstVia = held.via;
        event(state, before ? EventKind::releaseTwice : EventKind::releaseNotHeld, lock, lock, first, firstVia);
    }
    Held& released = heldEntry(state, lock);
    bool own = released.count > 0;
    released.count = std::max<std::int16_t>(released.count - 1, -2);
    if (released.count < 0) {
        released.where = where;
        released.via = via;
    }
    if (own) insert(state.onceReleased, lock);
    if (released.count == 0) std::erase_if(state.held, [&](const Held& h) { return h.lock == lock; });
}

void Simulator::guardInit(State state, const ir::Instr& instr, States& out) {
    ExprId guard = valueOf(state, instr.operands[0]);
    std::vector<ExprId> locks;
    for (std::size_t i = 1; i < instr.operands.size(); ++i) locks.push_back(valueOf(state, instr.operands[i]));
    Guard& owner = guardEntry(state, guard);
    owner.locks = locks;
    owner.shared = instr.flags.shared;
    owner.owns = instr.flags.adopt;
    if (instr.flags.defer || instr.flags.adopt || locks.empty()) {
        out.push_back(std::move(state));
        return;
    }
    State good = state;
    bool isTry = instr.flags.isTry || instr.flags.timed;
    // Several locks at once are taken by a deadlock-avoiding algorithm: their order means nothing, so the rest count as tries.
    for (std::size_t i = 0; i < locks.size(); ++i) take(good, locks[i], instr.flags.shared, instr.flags.recursive, isTry || i > 0, at_, {});
    guardEntry(good, guard).owns = true;
    if (isTry) out.push_back(std::move(state));
    out.push_back(std::move(good));
}

void Simulator::guardAcquire(State state, const ir::Instr& instr, States& out) {
    ExprId guard = valueOf(state, instr.operands[0]);
    State good = state;
    Guard owner = guardEntry(good, guard);
    bool isTry = instr.flags.isTry || instr.flags.timed;
    if (owner.locks.empty()) owner.locks.push_back(exprs_.load(guard)); // a guard that came from elsewhere: its mutex has no other name
    for (ExprId lock : owner.locks) take(good, lock, owner.shared, instr.flags.recursive, isTry, at_, {});
    Guard& after = guardEntry(good, guard);
    after.locks = owner.locks;
    after.owns = true;
    if (isTry) return forkOnStatus(std::move(state), instr, good, out);
    storeResult(good, instr, exprs_.number(1));
    out.push_back(std::move(good));
}

void Simulator::guardRelease(State& state, ExprId guard, bool destroy) {
    Guard* known = findGuard(state, guard);
    Guard owner = known ? *known : Guard{guard, {}, !destroy, false};
    if (!known && destroy) return;
    if (owner.locks.empty() && !destroy) owner.locks.push_back(exprs_.load(guard));
    const Expr& e = exprs_[guard];
    bool isTemporary = e.kind == ExprKind::local && e.a == function_ && code_.locals[e.b].kind == ir::LocalKind::temporary;
    if (destroy && owner.owns && isTemporary && !owner.locks.empty()) {
        const Held* held = findHeld(state, owner.locks[0]);
        if (held && held->where.function == function_ && !held->via) event(state, EventKind::temporaryGuard, guard, owner.locks[0], held->where);
    }
    if (owner.owns || !destroy)
        for (ExprId lock : owner.locks) release(state, lock, at_, {});
    if (destroy) {
        std::erase_if(state.guards, [&](const Guard& g) { return g.guard == guard; });
        return;
    }
    Guard& after = guardEntry(state, guard);
    after.locks = owner.locks;
    after.owns = false;
}

/// The target gives up what it owned; the source is left without a lock.
void Simulator::guardMove(State& state, ExprId to, ExprId from) {
    if (Guard* target = findGuard(state, to); target && target->owns) guardRelease(state, to, false);
    Guard* source = findGuard(state, from);
    Guard moved = source ? *source : Guard{};
    if (source) {
        source->locks.clear();
        source->owns = false;
    }
    Guard& target = guardEntry(state, to);
    target.locks = moved.locks;
    target.owns = moved.owns;
    target.shared = moved.shared;
}

void Simulator::guardOwns(State& state, const ir::Instr& instr) {
    Guard* guard = findGuard(state, valueOf(state, instr.operands[0]));
    storeResult(state, instr, guard ? exprs_.number(guard->owns ? 1 : 0) : freshResult());
}

/// A wait releases its mutex and takes it again: what is held does not change, what is known of shared memory does.
void Simulator::waitOn(State& state, const ir::Instr& instr) {
    ExprId condition = valueOf(state, instr.operands[0]);
    ExprId lock = instr.operands.size() > 1 ? valueOf(state, instr.operands[1]) : kNoExpr;
    if (const Guard* guard = findGuard(state, lock)) lock = guard->locks.empty() ? kNoExpr : guard->locks[0];
    const Held* held = findHeld(state, lock);
    event(state, EventKind::wait, condition, lock);
    if (lock != kNoExpr && (!held || held->count <= 0)) event(state, EventKind::waitNotHeld, condition, lock);
    for (const Held& other : state.held)
        if (other.count > 0 && other.lock != lock) {
            Held copyOfOther = other;
            event(state, EventKind::waitHoldsOther, condition, copyOfOther.lock, copyOfOther.where, copyOfOther.via);
            break;
        }
    if (!instr.flags.predicate && !flow_.inLoop(at_.block)) event(state, EventKind::waitWithoutLoop, condition, lock);
    forgetVolatileFacts(state);
    if (emitting_ && instr.operands.size() > 2) recordCall(state, instr, 2, in_.pointsTo.targets(at_), kNoExpr);
    if (instr.result) storeResult(state, instr, instr.flags.timed ? freshResult() : exprs_.number(0));
}

} // namespace deadheat::link
