// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops in the simulation. An expression names a value by the instruction that yields it, so that the value of the round
// before must get another name, or be forgotten, before the instruction runs again.
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

/// Part of the serial number of what an instruction yielded in some earlier round.
constexpr std::uint32_t kEarlierRound = 4095u << kSerialBits;

} // namespace

/// Facts learnt inside a loop do not hold in its next round. Threads joined one by one from a collection are joined once the
/// loop is left, even on the path that never entered it (that path started none either).
void Simulator::leaveLoop(State& state, ir::Index from, ir::Index to) {
    if (flow_.isBackEdge(from, to)) {
        ir::Index head = flow_.position[to], tail = flow_.position[from];
        std::erase_if(state.facts, [&](const Fact& fact) {
            ir::Index at = flow_.position[fact.block];
            return at >= head && at <= tail;
        });
        forgetMergedValues(state, head, tail);
        forgetSharedNumbers(state);
    }
    ir::Index loop = flow_.loop[from];
    if (loop == ir::kNone || flow_.loop[to] == loop)
        return;
    auto joins = loopJoins_.find(loop);
    if (joins == loopJoins_.end())
        return;
    finishLoopJoins(state, joins->second);
}

/// A lock named by a value that is about to mean something else can no longer be recognised.
template <class Names>
void Simulator::loseLocks(State& state, const Names& names) {
    auto isLost = [&](ExprId lock) { return mentions(lock, names); };
    state.widened |= std::erase_if(state.held, [&](const Held& held) { return isLost(held.lock); }) > 0;
    std::erase_if(state.released, [&](const Released& released) { return isLost(released.lock); });
    std::erase_if(state.failedTries, isLost);
    std::erase_if(state.taken, isLost);
    std::erase_if(state.guards, [&](const Guard& guard) { return std::ranges::any_of(guard.locks, isLost); });
}

/// In a new round the values merged inside the loop are those of that round. `head` and `tail` are positions in the order.
void Simulator::forgetMergedValues(State& state, ir::Index head, ir::Index tail) {
    loseLocks(state, [&](const Expr& e) {
        bool merged = e.kind == ExprKind::phi && e.a == function_;
        return merged && flow_.position[e.b] >= head && flow_.position[e.b] <= tail;
    });
}

/// Before the instruction at `at_` runs again: what it yielded in the round before becomes the result of an earlier round. Two
/// earlier rounds are not told apart, so that what the older one named is lost.
void Simulator::retireResults(State& state) {
    auto known = imported_.lower_bound({serial_, kNoExpr});
    const bool imports = known != imported_.end() && known->first.first == serial_;
    if (!imports && !exprs_.isKnown({ExprKind::result, function_, serial_}) &&
        !exprs_.isKnown({ExprKind::allocation, function_, serial_}))
        return; // it has not run yet, or yields nothing
    auto isYielded = [&](const Expr& e) {
        return (e.kind == ExprKind::result || e.kind == ExprKind::allocation) && e.a == function_;
    };
    auto isLast = [&](const Expr& e) { return isYielded(e) && e.b == serial_; };
    auto isEarlier = [&](const Expr& e) {
        return isYielded(e) && e.b != serial_ && instructionOfSerial(e.b) == serial_;
    };
    loseLocks(state, isEarlier);
    const ExprId before = exprs_.result(function_, serial_ | kEarlierRound);
    const ExprId result = exprs_.result(function_, serial_), object = exprs_.allocation(function_, serial_);
    auto retired = [&](ExprId value) { return exprs_.replace(exprs_.replace(value, result, before), object, before); };
    bool lockedByIt = std::ranges::any_of(state.held, [&](const Held& held) { return mentions(held.lock, isLast); });
    if (lockedByIt) {
        state.widened = true; // one lock for each round is a matter of the loop, not of one path
        std::vector<Held> locks = std::move(state.held);
        state.held.clear();
        for (Held& held : locks) {
            held.lock = retired(held.lock);
            heldEntry(state, held.lock) = held;
        }
        for (Guard& guard : state.guards)
            std::ranges::transform(guard.locks, guard.locks.begin(), retired);
    }
    loseLocks(state, isLast); // released ones, and those with the value as an index
    for (auto& [address, value] : state.memory) {
        bool isFresh = exprs_[value].kind == ExprKind::allocation; // stays this function's own
        if (!isFresh || lockedByIt)
            value = retired(value);
        if (!isFresh && mentions(value, isLast))
            value = exprs_.phi(function_, block_, address);
    }
}

} // namespace deadheat::link
