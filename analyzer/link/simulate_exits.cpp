// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is true when a function is left: its summary, and what it should not have left behind.
#include "analyzer/link/orderings.h"
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

constexpr std::size_t kMaxOutcomes = 6;
constexpr std::size_t kMaxStores = 64;
constexpr std::size_t kMaxFacts = 8;

/// What the function has made and handed out through a parameter.
std::vector<std::pair<ExprId, ExprId>> productsOf(const ExprTable& exprs, const Outcome& outcome) {
    std::vector<std::pair<ExprId, ExprId>> products;
    std::ranges::copy_if(outcome.stores, std::back_inserter(products),
                         [&](const auto& store) { return exprs[store.second].kind == ExprKind::allocation; });
    return products;
}

bool sameLocks(const Outcome& a, const Outcome& b) {
    return std::ranges::equal(a.held, b.held, [](const Held& x, const Held& y) {
        return x.lock == y.lock && x.count == y.count && x.shared == y.shared;
    });
}

bool sameOutcome(const ExprTable& exprs, const Outcome& a, const Outcome& b) {
    bool nothing = a.held.empty() && b.held.empty() && a.guards.empty() && b.guards.empty() && a.handles.empty() &&
                   b.handles.empty() && a.waited == b.waited && productsOf(exprs, a) == productsOf(exprs, b);
    return a.throws == b.throws && (a.truth == b.truth || nothing) && sameLocks(a, b) && a.guards == b.guards &&
           a.handles == b.handles;
}

void mergeOutcome(Outcome& into, const Outcome& other) {
    if (into.returned != other.returned)
        into.returned = kNoExpr;
    if (into.truth != other.truth)
        into.truth = Truth::unknown;
    into.returnsOwn &= other.returnsOwn;
    std::erase_if(into.facts, [&](const Fact& fact) {
        return std::ranges::none_of(other.facts, [&](const Fact& f) {
            return f.value == fact.value && f.compare == fact.compare && f.other == fact.other;
        });
    });
    // What only one way of returning stores is no longer sure: the value becomes unknown, the address stays written.
    for (auto& [address, value] : into.stores) {
        auto match = std::ranges::find(other.stores, address, &std::pair<ExprId, ExprId>::first);
        if (match == other.stores.end() || match->second != value)
            value = kNoExpr;
    }
    for (const auto& [address, value] : other.stores)
        if (std::ranges::find(into.stores, address, &std::pair<ExprId, ExprId>::first) == into.stores.end())
            into.stores.emplace_back(address, kNoExpr);
    unite(into.live, other.live);
    intersect(into.releasedAt, other.releasedAt);
    intersect(into.joined, other.joined);
    unite(into.published, other.published);
    unite(into.posted, other.posted);
    intersect(into.waited, other.waited);
    into.widened |= other.widened;
    into.surelyThrows |= other.surelyThrows;
}

} // namespace

/// Whether a caller can name what lies at `address`: through a parameter, a global, or the returned object.
bool Simulator::isVisible(ExprId address) const {
    const Expr& root = exprs_[exprs_.root(address)];
    return root.kind == ExprKind::parameter || root.kind == ExprKind::global ||
           (root.kind == ExprKind::local && root.a == function_ && root.b == code_.returnLocal);
}

/// Whether the value has gone from where it was: callers cannot look at it.
bool Simulator::isOverwritten(const State& state, ExprId value) const {
    const Expr& e = exprs_[exprs_[value].kind == ExprKind::masked ? exprs_[value].a : value];
    const ExprId now = e.kind == ExprKind::load ? stored(state, e.a) : kNoExpr;
    return now != kNoExpr && now != value;
}

/// Whether the function returns a `void*`.
bool Simulator::returnsMemory() const {
    return code_.result != ir::kNone && in_.code.types[code_.result].spelling == "void *";
}

Outcome Simulator::outcomeOf(const State& state, bool throws) const {
    Outcome outcome;
    outcome.throws = throws;
    outcome.surelyThrows = throws && state.surelyThrows;
    outcome.widened = state.widened;
    outcome.held = state.held;
    for (const Guard& guard : state.guards)
        if (isVisible(guard.guard))
            outcome.guards.push_back(guard);
    for (const Handle& handle : state.handles)
        if (isVisible(handle.handle))
            outcome.handles.push_back(handle);
    for (const auto& [address, value] : state.memory)
        if (isVisible(address) && outcome.stores.size() < kMaxStores && exprs_[address].kind != ExprKind::local)
            outcome.stores.emplace_back(address, value);
    auto isHandedBack = [&](ExprId object) { // made here, and found by the caller where this function has left it
        return exprs_[object].kind == ExprKind::allocation &&
               std::ranges::any_of(outcome.stores, [&](const auto& entry) { return entry.second == object; });
    };
    for (ExprId object : state.published)
        if (exprs_[object].kind == ExprKind::parameter || isHandedBack(object))
            outcome.published.push_back(object);
    for (const Fact& fact : state.facts)
        if (outcome.facts.size() < kMaxFacts && isVisible(fact.value) && exprs_.isNumber(fact.other))
            outcome.facts.push_back(fact);
    outcome.live = state.live;
    outcome.releasedAt = state.releasedAt;
    outcome.joined = state.joined;
    for (ExprId object : state.posted) // what callers cannot name would only grow from caller to caller
        if (isVisible(object))
            outcome.posted.push_back(object);
    outcome.waited = state.waited;
    if (code_.returnLocal == ir::kNone || throws)
        return outcome;
    outcome.returned = const_cast<Simulator*>(this)->loadFrom(state, exprs_.local(function_, code_.returnLocal));
    for (ir::Compare compare : {ir::Compare::equal, ir::Compare::notEqual}) {
        std::optional<bool> isSo = decide(state, compare, outcome.returned, exprs_.number(0));
        if (isSo && *isSo)
            outcome.truth = compare == ir::Compare::equal ? Truth::zero : Truth::nonZero;
    }
    for (const Handle& handle : state.handles) // `return pid;`
        if (handle.handle == outcome.returned && !isVisible(handle.handle))
            outcome.handles.push_back(handle);
    outcome.returnsOwn = outcome.truth == Truth::zero || isOwned(state, outcome.returned);
    // A fresh object that was handed to others is no longer fresh for the caller. Memory for nothing in particular (an allocator that
    // keeps a list of its blocks) has been handed to nobody who would know what to do with it.
    const ExprId made = objectRoot(outcome.returned);
    const bool isHandedOut =
        exprs_[made].kind == ExprKind::allocation && contains(state.published, made) && !returnsMemory();
    if (isHandedOut)
        outcome.returned = kNoExpr;
    return outcome;
}

namespace {

bool areToldApart(const ExprTable& exprs, const Outcome& a, const Outcome& b) {
    return (a.truth != Truth::unknown && b.truth != Truth::unknown && a.truth != b.truth) ||
           excludeEachOther(exprs, a.facts, b.facts);
}

/// A lock that some returns keep and others do not, with nothing that tells the caller which: a leak, judged here and only here.
/// Callers take it as released, or every one of them would repeat the finding.
void forgetUntoldLocks(const ExprTable& exprs, Summary& summary) {
    auto holds = [](const Outcome& outcome, ExprId lock) {
        return std::ranges::any_of(outcome.held, [&](const Held& held) { return held.lock == lock && held.count > 0; });
    };
    auto isGuarded = [](const Outcome& outcome,
                        ExprId lock) { // a guard that the caller gets tells whether it owns the lock
        return std::ranges::any_of(outcome.guards,
                                   [&](const Guard& guard) { return guard.owns && contains(guard.locks, lock); });
    };
    std::vector<ExprId> untold;
    for (const Outcome& a : summary.outcomes)
        for (const Held& held : a.held)
            for (const Outcome& b : summary.outcomes) {
                const bool told = areToldApart(exprs, a, b) || isGuarded(a, held.lock);
                if (held.count > 0 && !a.throws && !b.throws && !told && !holds(b, held.lock))
                    insert(untold, held.lock);
            }
    for (Outcome& outcome : summary.outcomes)
        std::erase_if(outcome.held, [&](const Held& held) { return held.count > 0 && contains(untold, held.lock); });
}

/// A lock that some returns give back and others do not, with nothing that tells the caller which. Most likely something decides
/// it that was not understood, and decided the same before the acquisition. No caller is blamed for such a release.
void markUntoldReleases(const ExprTable& exprs, Summary& summary) {
    auto gives = [](const Outcome& outcome, ExprId lock) {
        return std::ranges::any_of(outcome.held, [&](const Held& held) { return held.lock == lock && held.count < 0; });
    };
    for (Outcome& a : summary.outcomes)
        for (Held& held : a.held)
            held.untold |= held.count < 0 && std::ranges::any_of(
                                                 summary.outcomes,
                                                 [&](const Outcome& b) {
                                                     return !a.throws && !b.throws && !gives(b, held.lock) &&
                                                            !areToldApart(exprs, a, b);
                                                 });
}

/// Whether what tells two outcomes from one with other locks would be lost if they were merged: of `if (locked_) { if (enabled) unlock(m); }`
/// the two that release nothing have nothing in common. As Simulator::wouldBeConfused.
bool wouldBeConfused(const ExprTable& exprs, const std::vector<Outcome>& all, const Outcome& a, const Outcome& b) {
    Outcome merged;
    merged.truth = a.truth == b.truth ? a.truth : Truth::unknown;
    std::ranges::copy_if(a.facts, std::back_inserter(merged.facts), [&](const Fact& fact) {
        return std::ranges::any_of(b.facts, [&](const Fact& f) {
            return f.value == fact.value && f.compare == fact.compare && f.other == fact.other;
        });
    });
    return std::ranges::any_of(all, [&](const Outcome& other) {
        return !sameLocks(other, a) && areToldApart(exprs, other, a) && areToldApart(exprs, other, b) &&
               !areToldApart(exprs, other, merged);
    });
}

/// `all`: whatever is or will be added.
void addOutcome(const ExprTable& exprs, Summary& summary, const Outcome& outcome, const std::vector<Outcome>& all) {
    const bool isFull = summary.outcomes.size() >= kMaxOutcomes;
    for (Outcome& known : summary.outcomes)
        if (sameOutcome(exprs, known, outcome) && (isFull || !wouldBeConfused(exprs, all, known, outcome)))
            return mergeOutcome(known, outcome);
    if (isFull)
        summary.outcomes.back().widened = true;
    else
        summary.outcomes.push_back(outcome);
}

} // namespace

void Simulator::summarise(const WaysOut& ways) {
    Summary& summary = facts_.summary;
    summary.known = true;
    std::vector<Outcome> outcomes;
    for (const WayOut& way : ways)
        if (way.state.child == kNoId) // a child process that returns runs the caller's code in its own memory
            outcomes.push_back(outcomeOf(way.state, way.throws));
    for (const Outcome& outcome : outcomes)
        addOutcome(exprs_, summary, outcome, outcomes);
    forgetUntoldLocks(exprs_, summary);
    markUntoldReleases(exprs_, summary);
    reportKeptLocks(ways);
    for (const WayOut& way : ways) {
        reportLostHandles(way.state, way.throws);
        reportOutliving(way);
    }
}

/// Whether a copy of a handle without a destructor (pthread_t, pid) is returned or left where others find it.
bool Simulator::isHandedOn(const State& state, ExprId handle) const {
    auto isCopy = [&](ExprId value) {
        return value == handle || (exprs_[value].kind == ExprKind::load && exprs_[value].a == handle);
    };
    if (code_.returnLocal != ir::kNone && isCopy(stored(state, exprs_.local(function_, code_.returnLocal))))
        return true;
    return std::ranges::any_of(state.memory, [&](const auto& entry) {
        return isCopy(entry.second) && !isOwned(state, entry.first) &&
               exprs_[objectRoot(entry.first)].kind != ExprKind::local;
    });
}

/// A handle without a destructor of its own (pthread_t, pid) that dies with the function while nobody else has it.
void Simulator::reportLostHandles(const State& state, bool throws) {
    if (state.child != kNoId)
        return;
    for (const Handle& handle : state.handles) {
        bool plain = handle.kind == ir::SpawnKind::pthread || handle.kind == ir::SpawnKind::none;
        if (!plain || !handle.origin || handle.status != HandleStatus::joinable || isVisible(handle.handle))
            continue;
        if (contains(state.published, objectRoot(handle.handle)) || isHandedOn(state, handle.handle))
            continue;
        at_ = handle.origin;
        bool known = std::ranges::any_of(
            facts_.events, [&](const Event& e) { return e.kind == EventKind::handleLost && e.at == at_; });
        if (!known)
            facts_.events.push_back(
                {EventKind::handleLost, at_, handle.handle, kNoExpr, handle.origin, {}, pointOf(state), throws});
    }
}

} // namespace deadheat::link
