// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a branch teaches: infeasible edges are not followed, so that `if (locked) unlock` and the status of a try-lock are
// understood; a flag that another thread set is a hand-over (simulate.h: posted and waited).
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

using ir::Compare;

Compare negate(Compare compare) {
    switch (compare) {
    case Compare::equal: return Compare::notEqual;
    case Compare::notEqual: return Compare::equal;
    case Compare::less: return Compare::greaterEqual;
    case Compare::lessEqual: return Compare::greater;
    case Compare::greater: return Compare::lessEqual;
    case Compare::greaterEqual: return Compare::less;
    default: return Compare::none;
    }
}

Compare mirror(Compare compare) {
    switch (compare) {
    case Compare::less: return Compare::greater;
    case Compare::lessEqual: return Compare::greaterEqual;
    case Compare::greater: return Compare::less;
    case Compare::greaterEqual: return Compare::lessEqual;
    default: return compare;
    }
}

bool holds(Compare compare, std::int64_t left, std::int64_t right) {
    switch (compare) {
    case Compare::equal: return left == right;
    case Compare::notEqual: return left != right;
    case Compare::less: return left < right;
    case Compare::lessEqual: return left <= right;
    case Compare::greater: return left > right;
    case Compare::greaterEqual: return left >= right;
    default: return true;
    }
}

} // namespace

std::optional<bool> Simulator::decide(const State& state, Compare compare, ExprId left, ExprId right) const {
    if (compare == Compare::none || left == kNoExpr || right == kNoExpr) return std::nullopt;
    if (exprs_.isNumber(left) && !exprs_.isNumber(right)) return decide(state, mirror(compare), right, left);
    if (!exprs_.isNumber(right)) return std::nullopt;
    std::int64_t number = exprs_.numberOf(right);
    if (exprs_.isNumber(left)) return holds(compare, exprs_.numberOf(left), number);
    ExprKind kind = exprs_[left].kind;
    bool isAddress = kind == ExprKind::global || kind == ExprKind::local || kind == ExprKind::function || kind == ExprKind::allocation;
    if (isAddress && number == 0 && (compare == Compare::equal || compare == Compare::notEqual)) return compare == Compare::notEqual;
    for (const Fact& fact : state.facts) {
        if (fact.value != left) continue;
        std::int64_t known = exprs_.numberOf(fact.number);
        if (fact.compare == Compare::equal) return holds(compare, known, number);
        if (fact.compare == Compare::notEqual && known == number && compare == Compare::equal) return false;
        if (fact.compare == Compare::notEqual && known == number && compare == Compare::notEqual) return true;
        if (fact.compare != Compare::greater || number > known) continue;
        if (compare == Compare::greater || compare == Compare::greaterEqual || compare == Compare::notEqual) return true;
        return false;
    }
    return std::nullopt;
}

/// Narrows `state` to the paths on which the condition is `wanted`; false when there are none.
bool Simulator::assume(State& state, const ir::Condition& condition, bool wanted) {
    if (condition.compare == Compare::none) return true;
    Compare compare = wanted ? condition.compare : negate(condition.compare);
    ExprId left = valueOf(state, condition.left), right = valueOf(state, condition.right);
    std::optional<bool> known = decide(state, compare, left, right);
    if (known) {
        if (*known) learn(state, compare, left, right);
        return *known;
    }
    learn(state, compare, left, right);
    return true;
}

void Simulator::learn(State& state, Compare compare, ExprId left, ExprId right) {
    if (left == kNoExpr || right == kNoExpr || (exprs_.isNumber(left) && exprs_.isNumber(right))) return;
    if (exprs_.isNumber(left)) return learn(state, mirror(compare), right, left);
    if (!exprs_.isNumber(right)) return;
    bool usable = compare == Compare::equal || compare == Compare::notEqual || compare == Compare::greater;
    if (!usable) return;
    Fact fact{left, compare, right, at_.function == function_ ? at_.block : 0};
    if (std::ranges::find(state.facts, fact) == state.facts.end()) state.facts.push_back(fact);

    std::int64_t number = exprs_.numberOf(right);
    bool isZero = compare == Compare::equal && number == 0;
    bool isSet = (compare == Compare::notEqual && number == 0) || (compare == Compare::equal && number != 0) || compare == Compare::greater;
    if (isZero || isSet) spinAcquire(state, left, isZero);
    const Expr& e = exprs_[left];
    if (isSet && e.kind == ExprKind::load && contains(state.observed, e.a)) insert(state.waited, e.a);
}

/// Memory that other threads write may have changed while this one was blocked.
void Simulator::forgetVolatileFacts(State& state) {
    std::erase_if(state.facts, [&](const Fact& fact) {
        const Expr& e = exprs_[fact.value];
        return e.kind == ExprKind::load && exprs_[objectRoot(e.a)].kind != ExprKind::local;
    });
}

/// An atomic exchange whose good status is known on this path is a lock taken: `while (flag.test_and_set()) {}`.
void Simulator::spinAcquire(State& state, ExprId result, bool isZero) {
    auto status = atomicStatus_.find(result);
    if (status == atomicStatus_.end()) return;
    auto [variable, good] = status->second;
    if (good == ir::Success::always || (good == ir::Success::zero) != isZero) return;
    Held& held = heldEntry(state, variable);
    if (held.count > 0) return;
    held.count = 1;
    held.spin = true;
    held.where = at_;
}

} // namespace deadheat::link
