// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a branch teaches: infeasible edges are not followed, so that `if (locked) unlock` and the status of a try-lock are
// understood; a flag that another thread set is a hand-over (simulate.h: posted and waited).
#include "analyzer/link/orderings.h"
#include "analyzer/link/program.h"
#include "analyzer/link/settled_fields.h"
#include "analyzer/link/simulator.h"
#include "analyzer/link/synchronising_memory.h"
#include "analyzer/link/type_spelling.h"

namespace deadheat::link {

namespace {

using ir::Compare;

/// More facts on one path than this are not remembered.
constexpr std::size_t kMaxFacts = 48;

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

std::optional<bool> answer(Compare question, unsigned possible) {
    unsigned wanted = orderings(question);
    if ((possible & ~wanted) == 0)
        return true;
    if ((possible & wanted) == 0)
        return false;
    return std::nullopt;
}

} // namespace

std::optional<bool> Simulator::decide(const State& state, Compare compare, ExprId left, ExprId right) const {
    if (compare == Compare::none || left == kNoExpr || right == kNoExpr)
        return std::nullopt;
    if (exprs_.isNumber(left) && !exprs_.isNumber(right))
        return decide(state, mirror(compare), right, left);
    bool isNumber = exprs_.isNumber(right);
    if (!isNumber && (isSomeElement(left) || isSomeElement(right)))
        return std::nullopt; // `begin != end`: which elements is not known
    if (left == right)
        return answer(compare, kSame);
    std::int64_t number = isNumber ? exprs_.numberOf(right) : 0;
    if (isNumber && exprs_.isNumber(left))
        return answer(compare, orderingsAgainst(Compare::equal, exprs_.numberOf(left), number));
    const ExprKind kind = exprs_[left].kind;
    const bool isPart =
        kind == ExprKind::field || kind == ExprKind::element; // nobody takes the address of a part of null
    if (isNumber && number == 0 && (isPart || (isAddress(left) && !mayBeNull(left))))
        return answer(compare, kMore);
    // Whoever compares the status of a failed try with a code means "it failed" (EBUSY, ETIMEDOUT, thrd_busy).
    bool isEquality = compare == Compare::equal || compare == Compare::notEqual;
    if (isNumber && number != 0 && isEquality && failureStatus_.contains(left))
        return compare == Compare::equal;
    unsigned possible = kAnyOrdering;
    for (const Fact& fact : state.facts) {
        if (fact.value == left && fact.other == right)
            possible &= orderings(fact.compare);
        else if (fact.value == right && fact.other == left)
            possible &= orderings(mirror(fact.compare));
        else if (isNumber && fact.value == left && exprs_.isNumber(fact.other))
            possible &= orderingsAgainst(fact.compare, exprs_.numberOf(fact.other), number);
    }
    return answer(compare, possible);
}

/// What malloc yields may be null, what `new` and make_unique yield may not: those have no function's name.
bool Simulator::mayBeNull(ExprId address) const {
    const Expr& e = exprs_[address];
    if (e.kind != ExprKind::allocation)
        return false;
    std::uint32_t serial = instructionOfSerial(e.b);
    if (e.a != function_ || serial != e.b)
        return true;
    auto block = std::ranges::upper_bound(firstSerial_, serial) - firstSerial_.begin() - 1;
    return code_.blocks[block].instrs[serial - firstSerial_[block]].symbol != ir::kNone;
}

/// Whether the value is (computed from) an element of which the index is not known.
bool Simulator::isSomeElement(ExprId value) const {
    return mentions(value, [](const Expr& e) { return e.kind == ExprKind::element && e.b == kAnyElement; });
}

bool Simulator::isAddress(ExprId value) const {
    ExprKind kind = exprs_[value].kind;
    return kind == ExprKind::global || kind == ExprKind::local || kind == ExprKind::function ||
           kind == ExprKind::allocation;
}

/// Narrows `state` to the paths on which the condition is `wanted`; false when there are none.
bool Simulator::assume(State& state, const ir::Condition& condition, bool wanted) {
    if (condition.compare == Compare::none)
        return true;
    Compare compare = wanted ? condition.compare : negate(condition.compare);
    ExprId left = valueOf(state, condition.left), right = valueOf(state, condition.right);
    if (condition.mask != ir::Condition::kAllBits)
        left = exprs_.masked(left, condition.mask);
    std::optional<bool> known = decide(state, compare, left, right);
    if (known) {
        if (*known)
            learn(state, compare, left, right);
        return *known;
    }
    learn(state, compare, left, right);
    return true;
}

void Simulator::learn(State& state, Compare compare, ExprId left, ExprId right) {
    if (compare == Compare::none || left == kNoExpr || right == kNoExpr ||
        (exprs_.isNumber(left) && exprs_.isNumber(right)))
        return;
    if (exprs_.isNumber(left))
        return learn(state, mirror(compare), right, left);
    if (!exprs_.isNumber(right) && (isSomeElement(left) || isSomeElement(right)))
        return;
    noteCount(state, compare, left, right);
    if (!exprs_.isNumber(right))
        noteCount(state, mirror(compare), right, left);
    Fact fact{left, compare, right, block_};
    bool isNew = std::ranges::none_of(
        state.facts, [&](const Fact& f) { return f.value == left && f.compare == compare && f.other == right; });
    if (isNew && state.facts.size() < kMaxFacts)
        state.facts.push_back(fact);
    if (!exprs_.isNumber(right))
        return;

    std::int64_t number = exprs_.numberOf(right);
    noteLastReference(state, compare, left, number);
    bool isZero = compare == Compare::equal && number == 0;
    bool isSet = (compare == Compare::notEqual && number == 0) || (compare == Compare::equal && number != 0) ||
                 compare == Compare::greater;
    if (isZero || isSet)
        spinAcquire(state, left, isZero);
    const ExprId flag = isSet ? observedAt(state, left) : kNoExpr;
    if (flag != kNoExpr)
        insert(state.waited, flag);
}

/// Where the value has been read so that what others did before they stored it is seen, too; kNoExpr: nowhere.
ExprId Simulator::observedAt(const State& state, ExprId value) const {
    const Expr& e = exprs_[value];
    if (e.kind == ExprKind::load || e.kind == ExprKind::phi) {
        const ExprId address = e.kind == ExprKind::load ? e.a : e.c;
        return contains(state.observed, address) ? address : kNoExpr;
    }
    if (e.kind != ExprKind::result)
        return kNoExpr;
    auto read = std::ranges::find_if(state.observed, [&](ExprId address) { return stored(state, address) == value; });
    return read == state.observed.end() ? kNoExpr : *read;
}

/// A counter that has run out, or has reached a number of more than one, has been counted by all who were to do so.
void Simulator::noteCount(State& state, Compare compare, ExprId left, ExprId right) {
    const bool isNumber = exprs_.isNumber(right);
    const std::int64_t number = isNumber ? exprs_.numberOf(right) : 0;
    const bool isZero = isNumber && (number == 0 ? compare == Compare::equal || compare == Compare::lessEqual
                                                 : number == 1 && compare == Compare::less);
    const std::int64_t least = compare == Compare::greater ? number + 1 : number;
    const bool isReached = (!isNumber || least > 1) && (compare == Compare::equal || compare == Compare::greater ||
                                                        compare == Compare::greaterEqual);
    const ExprId counter = isZero || isReached ? observedAt(state, left) : kNoExpr;
    if (counter != kNoExpr && isCounter(counter))
        insert(state.waited, exprs_.count(counter, isReached));
}

bool Simulator::isCounter(ExprId address) const {
    return std::ranges::any_of(in_.locations.of(function_, address),
                               [&](LocationId location) { return contains(in_.synchronising.counters, location); });
}

/// Whether what lies there keeps the value that a constructor has given it.
bool Simulator::isSettled(ExprId address) const {
    const Expr& e = exprs_[address];
    return e.kind == ExprKind::field && in_.settledFields.contains(e.b);
}

bool Simulator::isSharedLoad(ExprId value) const {
    const Expr& e = exprs_[value];
    if (e.kind == ExprKind::masked)
        return isSharedLoad(e.a);
    return e.kind == ExprKind::load && exprs_[objectRoot(e.a)].kind != ExprKind::local && !isSettled(e.a);
}

/// Memory that other threads write may have changed: while this one was blocked, or when a loop comes round again. Only what is
/// known of numbers is forgotten; pointers name locks.
void Simulator::forgetSharedNumbers(State& state) {
    for (auto& [address, value] : state.memory)
        if (exprs_.isNumber(value) && !isOwned(state, address))
            value = exprs_.phi(function_, block_, address);
}

/// Unknown code was given the address of `object` and may have written there. Pointers are taken to stay: they name locks.
void Simulator::forgetNumbersIn(State& state, ExprId object) {
    if (object == kNoExpr)
        return;
    for (auto& [address, value] : state.memory)
        if (exprs_.isNumber(value) && exprs_.isPartOf(address, object))
            value = freshResult();
}

void Simulator::forgetVolatileFacts(State& state) {
    forgetSharedNumbers(state);
    std::erase_if(state.facts, [&](const Fact& fact) { return isSharedLoad(fact.value) || isSharedLoad(fact.other); });
}

/// An atomic pointer is the head of a list without locks, or says who owns something; clearing it releases nobody.
bool Simulator::isPointerWord(ExprId word) const {
    const Expr& e = exprs_[word];
    ir::Index type = ir::kNone;
    if (e.kind == ExprKind::field)
        type = in_.code.fields[e.b].type;
    else if (e.kind == ExprKind::global)
        type = in_.code.globals[e.a].type;
    else if (e.kind == ExprKind::parameter)
        type = code_.locals[e.a].type;
    if (type == ir::kNone)
        return false;
    std::string_view spelling = withoutQualifiers(in_.code.types[type].spelling);
    if (e.kind == ExprKind::parameter)
        spelling = withoutQualifiers(pointee(spelling).value_or(spelling));
    const std::vector<std::string_view> arguments = templateArguments(spelling);
    return pointee(withoutQualifiers(arguments.empty() ? spelling : arguments.front())).has_value();
}

/// An atomic exchange whose good status is known on this path is a lock taken: `while (flag.test_and_set()) {}`.
void Simulator::spinAcquire(State& state, ExprId result, bool isZero) {
    auto status = atomicStatus_.find(result);
    if (status == atomicStatus_.end())
        return;
    auto [variable, good] = status->second;
    if (good == ir::Success::always || (good == ir::Success::zero) != isZero)
        return;
    Held& held = heldEntry(state, variable);
    if (held.count > 0)
        return;
    held.count = 1;
    held.spin = true;
    held.claim = isPointerWord(variable) ||
                 !in_.synchronising.canBeGivenBack(in_.pointsTo, in_.locations.of(function_, variable));
    held.where = at_;
}

} // namespace deadheat::link
