// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/state.h"

#include <ranges>

namespace deadheat::link {

namespace {

template <class Entry, class Key>
auto lowerBound(std::vector<Entry>& entries, ExprId key, Key member) {
    return std::lower_bound(entries.begin(), entries.end(), key,
                            [member](const Entry& entry, ExprId wanted) { return entry.*member < wanted; });
}

template <class Entry>
Entry* find(std::vector<Entry>& entries, ExprId key, ExprId Entry::* member) {
    auto at = lowerBound(entries, key, member);
    return at != entries.end() && (*at).*member == key ? &*at : nullptr;
}

template <class Entry>
Entry& findOrInsert(std::vector<Entry>& entries, ExprId key, ExprId Entry::* member) {
    auto at = lowerBound(entries, key, member);
    if (at == entries.end() || (*at).*member != key) {
        Entry entry;
        entry.*member = key;
        at = entries.insert(at, std::move(entry));
    }
    return *at;
}

bool sameLocks(const State& a, const State& b) {
    return std::ranges::equal(a.held, b.held, [](const Held& x, const Held& y) {
        return x.lock == y.lock && x.count == y.count && x.shared == y.shared;
    });
}

bool sameHandles(const State& a, const State& b) {
    return std::ranges::equal(a.handles, b.handles, [](const Handle& x, const Handle& y) {
        return x.handle == y.handle && x.status == y.status;
    });
}

/// A value that one variable has on either side, and what it becomes.
struct MergedValue {
    ExprId a, b, phi;
};

/// The element that a variable selects stays known where either side knows it under that side's name of the index.
void mergeElements(const State& state, const State& other, const std::vector<MergedValue>& indices,
                   std::vector<std::pair<ExprId, ExprId>>& merged, ExprTable& exprs) {
    std::vector<std::pair<ExprId, ExprId>> found;
    for (const auto& [address, value] : state.memory) {
        const Expr element = exprs[address];
        if (element.kind != ExprKind::element)
            continue;
        for (const MergedValue& index : indices)
            if (element.b == index.a && stored(other, exprs.element(element.a, index.b)) == value)
                found.emplace_back(exprs.element(element.a, index.phi), value);
    }
    for (const auto& entry : found) {
        auto at = std::ranges::lower_bound(merged, entry.first, {}, &std::pair<ExprId, ExprId>::first);
        if (at == merged.end() || at->first != entry.first)
            merged.insert(at, entry);
        else
            at->second = entry.second;
    }
}

/// `p = NULL; if (ok) p = make();`: whoever follows the pointer behind that follows what was made; kNoExpr in other cases.
ExprId madeOrNull(const State& state, ExprId value, const State& other, ExprId otherValue, const ExprTable& exprs) {
    auto isNull = [&](ExprId v) { return exprs.isNumber(v) && exprs.numberOf(v) == 0; };
    auto isMade = [&](const State& s, ExprId v) {
        return exprs[v].kind == ExprKind::allocation || contains(s.taken, v);
    };
    if (isNull(value) && isMade(other, otherValue))
        return otherValue;
    return isNull(otherValue) && isMade(state, value) ? value : kNoExpr;
}

/// Whether the pointer leads to what nobody else can reach: allocated or taken on this path, and not made known since.
bool isOwn(const State& state, ExprId pointer, FunctionId function, const ExprTable& exprs) {
    const Expr& e = exprs[pointer];
    const bool isFresh = e.kind == ExprKind::allocation && e.a == function && !contains(state.published, pointer);
    return isFresh || contains(state.taken, pointer);
}

/// Memory where either side knows a value: equal values stay, others become a phi named after block and address. An address
/// that only one side has written holds its initial value on the other side, which is a different value. Of these phis, those in
/// variables that lead to the function's own objects on both sides are put into `own`.
bool mergeMemory(State& state, const State& other, FunctionId function, ir::Index block, ExprTable& exprs,
                 std::vector<ExprId>& own) {
    std::vector<std::pair<ExprId, ExprId>> merged;
    merged.reserve(std::max(state.memory.size(), other.memory.size()));
    std::vector<MergedValue> indices;
    auto a = state.memory.cbegin();
    auto b = other.memory.cbegin();
    while (a != state.memory.cend() || b != other.memory.end()) {
        bool takeA = b == other.memory.end() || (a != state.memory.cend() && a->first <= b->first);
        bool takeB = a == state.memory.cend() || (b != other.memory.end() && b->first <= a->first);
        ExprId address = takeA ? a->first : b->first;
        bool stays = takeA && ((takeB && a->second == b->second) || exprs.isPhi(a->second, function, block, address));
        const ExprId made = takeA && takeB && !stays && exprs[address].kind == ExprKind::local
                                ? madeOrNull(state, a->second, other, b->second, exprs)
                                : kNoExpr;
        merged.emplace_back(address, stays ? a->second : made != kNoExpr ? made : exprs.phi(function, block, address));
        if (takeA && takeB && a->second != b->second && exprs[address].kind == ExprKind::local) {
            indices.push_back({a->second, b->second, merged.back().second});
            if (isOwn(state, a->second, function, exprs) && isOwn(other, b->second, function, exprs))
                own.push_back(merged.back().second);
        }
        if (takeA)
            ++a;
        if (takeB)
            ++b;
    }
    if (!indices.empty())
        mergeElements(state, other, indices, merged, exprs);
    bool changed = merged != state.memory;
    state.memory = std::move(merged);
    return changed;
}

bool uniteReleased(std::vector<Released>& released, const std::vector<Released>& other) {
    bool changed = false;
    for (const Released& entry : other) {
        auto at = std::ranges::lower_bound(released, entry.lock, {}, &Released::lock);
        if (at != released.end() && at->lock == entry.lock)
            continue;
        released.insert(at, entry);
        changed = true;
    }
    return changed;
}

/// One place is enough for a message; a throw that is sure says more than one that is only possible.
bool mergeThrow(State& state, const State& other) {
    bool better = other.thrownAt && (!state.thrownAt || (other.surelyThrows && !state.surelyThrows));
    if (!better)
        return false;
    state.thrownAt = other.thrownAt;
    state.surelyThrows = other.surelyThrows;
    return true;
}

/// Only when states that should stay apart have to be merged: a lock counts as held if both hold it.
bool intersectLocks(State& state, const State& other) {
    std::size_t before = state.held.size();
    std::erase_if(state.held, [&](const Held& held) {
        const Held* match = findHeld(other, held.lock);
        return !match || (held.count > 0) != (match->count > 0);
    });
    bool changed = state.held.size() != before;
    for (Held& held : state.held) {
        const Held* match = findHeld(other, held.lock);
        changed |= match->shared && !held.shared;
        held.shared |= match->shared;
        held.count = std::min(held.count, match->count);
    }
    return changed;
}

/// A path on which the pointer is null has not taken anything, and has nothing that others could reach.
void intersectTaken(State& state, const State& other, const ExprTable& exprs) {
    auto isNull = [&](const State& s, ExprId pointer) {
        return std::ranges::any_of(s.facts, [&](const Fact& fact) {
            return fact.value == pointer && fact.compare == ir::Compare::equal && exprs.isNumber(fact.other) &&
                   exprs.numberOf(fact.other) == 0;
        });
    };
    std::erase_if(state.taken,
                  [&](ExprId pointer) { return !contains(other.taken, pointer) && !isNull(other, pointer); });
    for (ExprId pointer : other.taken)
        if (isNull(state, pointer))
            insert(state.taken, pointer);
}

} // namespace

bool sameKey(const State& a, const State& b) {
    return a.widened == b.widened && a.child == b.child && sameLocks(a, b) && a.guards == b.guards && sameHandles(a, b);
}

bool holdSameLocks(const State& a, const State& b) {
    auto isHeld = [](const Held& held) { return held.count > 0; };
    auto lock = [](const Held& held) { return held.lock; };
    return std::ranges::equal(a.held | std::views::filter(isHeld) | std::views::transform(lock),
                              b.held | std::views::filter(isHeld) | std::views::transform(lock));
}

bool mergeInto(State& state, const State& other, FunctionId function, ir::Index block, ExprTable& exprs) {
    std::vector<ExprId> own;
    bool changed = mergeMemory(state, other, function, block, exprs, own);
    if (!sameKey(state, other)) {
        changed |= intersectLocks(state, other);
        changed |= !state.widened;
        state.widened = true;
        std::erase_if(state.guards,
                      [&](const Guard& guard) { return std::ranges::find(other.guards, guard) == other.guards.end(); });
        std::erase_if(state.handles, [&](const Handle& handle) {
            return std::ranges::none_of(
                other.handles, [&](const Handle& h) { return h.handle == handle.handle && h.status == handle.status; });
        });
    }
    const std::vector<ExprId> taken = state.taken;
    intersectTaken(state, other, exprs); // before facts are merged
    for (const ExprId phi : own)
        insert(state.taken, phi);
    changed |= state.taken != taken;
    std::size_t facts = state.facts.size();
    std::erase_if(state.facts, [&](const Fact& fact) {
        return std::ranges::none_of(other.facts, [&](const Fact& f) {
            return f.value == fact.value && f.compare == fact.compare && f.other == fact.other;
        });
    });
    changed |= state.facts.size() != facts;
    changed |= uniteReleased(state.released, other.released);
    changed |= unite(state.failedTries, other.failedTries);
    changed |= mergeThrow(state, other);
    changed |= unite(state.observed, other.observed);
    changed |= unite(state.live, other.live);
    changed |= intersect(state.releasedAt, other.releasedAt);
    changed |= intersect(state.joined, other.joined);
    changed |= unite(state.published, other.published);
    changed |= unite(state.posted, other.posted);
    changed |= intersect(state.waited, other.waited);
    changed |= intersect(state.acquired, other.acquired);
    return changed;
}

const Held* findHeld(const State& state, ExprId lock) {
    auto at = std::ranges::lower_bound(state.held, lock, {}, &Held::lock);
    return at != state.held.end() && at->lock == lock ? &*at : nullptr;
}

const Released* findReleased(const State& state, ExprId lock) {
    auto at = std::ranges::lower_bound(state.released, lock, {}, &Released::lock);
    return at != state.released.end() && at->lock == lock ? &*at : nullptr;
}

void noteReleased(State& state, ExprId lock, InstrRef where) {
    findOrInsert(state.released, lock, &Released::lock).where = where;
}

Held& heldEntry(State& state, ExprId lock) { return findOrInsert(state.held, lock, &Held::lock); }
Guard* findGuard(State& state, ExprId guard) { return find(state.guards, guard, &Guard::guard); }
Guard& guardEntry(State& state, ExprId guard) { return findOrInsert(state.guards, guard, &Guard::guard); }
Handle* findHandle(State& state, ExprId handle) { return find(state.handles, handle, &Handle::handle); }
Handle& handleEntry(State& state, ExprId handle) { return findOrInsert(state.handles, handle, &Handle::handle); }

ExprId stored(const State& state, ExprId address) {
    auto at = std::ranges::lower_bound(state.memory, address, {}, &std::pair<ExprId, ExprId>::first);
    return at != state.memory.end() && at->first == address ? at->second : kNoExpr;
}

void setStored(State& state, ExprId address, ExprId value) {
    auto at = std::ranges::lower_bound(state.memory, address, {}, &std::pair<ExprId, ExprId>::first);
    if (at != state.memory.end() && at->first == address)
        at->second = value;
    else
        state.memory.insert(at, {address, value});
}

} // namespace deadheat::link
