// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks that are still held where the function is left, with what tells a lock function, a conditional one and a leak apart.
#include "analyzer/link/simulator.h"

namespace deadheat::link {

bool Simulator::isKeptOn(const WayOut& way, ExprId lock) const {
    const Held* held = findHeld(way.state, lock);
    return held && held->count > 0;
}

/// A guard that lives on (returned, in the caller's object, on the heap) will release the lock.
bool Simulator::isOwnedByGuard(const State& state, ExprId lock) const {
    return std::ranges::any_of(state.guards, [&](const Guard& guard) {
        return guard.owns && std::ranges::find(guard.locks, lock) != guard.locks.end();
    });
}

Verdict Simulator::verdictOf(const State& state) const {
    if (code_.returnLocal == ir::kNone || code_.result == ir::kNone)
        return Verdict::unknown;
    ExprId value = const_cast<Simulator*>(this)->loadFrom(state, exprs_.local(function_, code_.returnLocal));
    const ExprId zero = exprs_.number(0);
    const ir::Type& type = in_.code.types[code_.result];
    bool yieldsObject = type.kind == ir::TypeKind::pointer || type.kind == ir::TypeKind::smartPointer ||
                        type.kind == ir::TypeKind::sharedPointer;
    if (!yieldsObject && type.spelling != "bool") {
        std::optional<bool> negative = decide(state, ir::Compare::less, value, zero);
        return negative && *negative ? Verdict::failure : Verdict::unknown;
    }
    std::optional<bool> isZero = decide(state, ir::Compare::equal, value, zero);
    if (!isZero)
        return Verdict::unknown;
    return *isZero ? Verdict::failure : Verdict::success;
}

/// Whether the way has made what it found untrue: `if (!locked_) { mutex_.lock(); locked_ = true; }`. The other way's flag, which it
/// found set, says the same as this one's.
bool Simulator::isReversed(const State& state, const Fact& fact) const {
    const Expr& value = exprs_[fact.value];
    const ExprId now = value.kind == ExprKind::load ? stored(state, value.a) : kNoExpr;
    if (now == kNoExpr || !exprs_.isNumber(now))
        return false;
    const std::optional<bool> holds = decide(state, fact.compare, now, fact.other);
    return holds && !*holds;
}

/// Whether what a caller can see decides between two ways out: a tested argument or shared variable, or what is stored there.
bool Simulator::tellsApart(const State& a, const State& b) const {
    for (const Fact& fact : a.facts) {
        bool seen = isVisible(fact.value) && (exprs_.isNumber(fact.other) || isVisible(fact.other));
        if (!seen || (isOverwritten(a, fact.value) && !isReversed(a, fact)))
            continue;
        std::optional<bool> same = decide(b, fact.compare, fact.value, fact.other);
        if (same && !*same)
            return true;
    }
    for (const auto& [address, value] : a.memory) {
        if (!isVisible(address) || !exprs_.isNumber(value))
            continue;
        ExprId other = stored(b, address);
        if (other != kNoExpr && exprs_.isNumber(other) && other != value)
            return true;
    }
    return false;
}

/// Whether the values returned are surely different, or at least one of them is zero and the other is not.
bool Simulator::returnsDiffer(const State& a, const State& b) const {
    if (code_.returnLocal == ir::kNone)
        return false;
    auto valueOn = [&](const State& state) {
        return const_cast<Simulator*>(this)->loadFrom(state, exprs_.local(function_, code_.returnLocal));
    };
    const ExprId zero = exprs_.number(0), left = valueOn(a), right = valueOn(b);
    if (std::optional<bool> same = decide(b, ir::Compare::equal, right, left))
        return !*same;
    std::optional<bool> leftIsZero = decide(a, ir::Compare::equal, left, zero),
                        rightIsZero = decide(b, ir::Compare::equal, right, zero);
    return leftIsZero && rightIsZero && *leftIsZero != *rightIsZero;
}

KeptLock Simulator::describeKept(const WayOut& way, const Held& held, const WaysOut& ways) const {
    KeptLock kept{held.lock, held.where, held.via, way.last, held.shared};
    kept.takenTwice = held.count > 1;
    const Expr root = exprs_[objectRoot(held.lock)];
    kept.isLocal = root.kind == ExprKind::local && root.a == function_ && root.b != code_.returnLocal;
    kept.throws = way.throws;
    kept.surelyThrows = way.throws && way.state.surelyThrows;
    kept.everywhere = kept.toldByValue = kept.toldByState = true;
    kept.returnsFailure = !way.throws && verdictOf(way.state) == Verdict::failure;
    for (const WayOut& other : ways) {
        if (other.throws || other.state.child != kNoId)
            continue;
        if (isKeptOn(other, held.lock)) {
            kept.heldOnSuccess |= verdictOf(other.state) != Verdict::failure;
            continue;
        }
        kept.everywhere = false;
        if (other.state.widened)
            continue;
        kept.releasedElsewhere |= findReleased(other.state, held.lock) != nullptr;
        kept.toldByState &= tellsApart(way.state, other.state);
        kept.toldByValue &= !way.throws && returnsDiffer(way.state, other.state);
    }
    return kept;
}

void Simulator::reportKeptLocks(const WaysOut& ways) {
    if (code_.isMain)
        return; // the process ends
    for (const WayOut& way : ways) {
        if (way.state.widened || way.state.child != kNoId)
            continue;
        for (const Held& held : way.state.held) {
            if (held.count <= 0 || held.spin || isOwnedByGuard(way.state, held.lock))
                continue;
            KeptLock kept = describeKept(way, held, ways);
            bool isKnown = std::ranges::any_of(facts_.kept, [&](const KeptLock& k) {
                return k.lock == kept.lock && k.where == kept.where && k.via == kept.via && k.leaves == kept.leaves &&
                       k.throws == kept.throws;
            });
            if (!isKnown)
                facts_.kept.push_back(std::move(kept));
        }
    }
}

} // namespace deadheat::link
