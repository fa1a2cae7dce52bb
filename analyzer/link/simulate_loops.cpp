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
        const std::vector<Held> carried = carriedLocks(state, from, to);
        dropLocksOfRounds(state, from, to);
        forgetMergedValues(state, head, tail);
        for (const Held& held : carried)
            heldEntry(state, held.lock) = held;
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

/// Hand over hand: where the loop was entered with the lock of what a variable then pointed to, and comes round with the lock of what
/// it points to now, the lock is in either state that of the variable's value at the head. The locks that come round so, renamed and
/// taken out of `state`.
std::vector<Held> Simulator::carriedLocks(State& state, ir::Index from, ir::Index head) {
    const std::vector<ir::Index>& body = bodyOfLoop(head, from);
    std::vector<Held> carried;
    for (const auto& [address, value] : state.memory) {
        if (!isSomebodysPointer(value) || exprs_[address].kind != ExprKind::local)
            continue;
        const ExprId atHead = exprs_.phi(function_, head, address);
        for (std::size_t i = 0; i < state.held.size(); ++i) {
            const Held held = state.held[i];
            const bool stays = std::ranges::any_of(
                entries_[head], [&](const Entry& entry) { return findHeld(entry.state, held.lock) != nullptr; });
            if (held.count <= 0 || stays || !exprs_.contains(held.lock, value))
                continue;
            const ExprId renamed = exprs_.replace(held.lock, value, atHead);
            if (renamed == kNoExpr || !entersWith(head, body, address, renamed))
                continue;
            renameLock(state, held.lock, renamed);
            carried.push_back(*findHeld(state, renamed));
            break;
        }
    }
    std::erase_if(state.held, [&](const Held& held) { return std::ranges::find(carried, held) != carried.end(); });
    return carried;
}

/// Whether some state comes to the head of the loop with a lock taken before, of which `atHead` is the name once the variable at `address`
/// is named by the head; there it gets that name, too.
bool Simulator::entersWith(ir::Index head, const std::vector<ir::Index>& body, ExprId address, ExprId atHead) {
    for (Entry& entry : entries_[head]) {
        if (findHeld(entry.state, atHead))
            return true;
        const ExprId value = stored(entry.state, address);
        const ExprId lock =
            value == kNoExpr ? kNoExpr : exprs_.replace(atHead, exprs_.phi(function_, head, address), value);
        const Held* held = lock == kNoExpr ? nullptr : findHeld(entry.state, lock);
        if (!held || held->count <= 0)
            continue;
        const ir::Index takenIn = held->via ? held->via.block : held->where.block;
        if (takenIn == head || contains(body, takenIn))
            continue;
        renameLock(entry.state, lock, atHead);
        entry.isPending = true;
        return true;
    }
    return false;
}

void Simulator::renameLock(State& state, ExprId from, ExprId to) {
    if (from == to)
        return;
    Held held = *findHeld(state, from);
    held.lock = to;
    std::erase_if(state.held, [&](const Held& h) { return h.lock == from; });
    heldEntry(state, to) = held;
    for (Guard& guard : state.guards)
        std::ranges::replace(guard.locks, from, to);
}

/// A lock for each round, chosen by what changes from round to round and not given back there, is a matter of the loop, not of one path:
/// `for (...) locks[i].lock();`
void Simulator::dropLocksOfRounds(State& state, ir::Index from, ir::Index head) {
    const std::vector<ir::Index>& body = bodyOfLoop(head, from);
    auto isInLoop = [&](ir::Index block) { return block == head || contains(body, block); };
    auto changes = [&](ir::Index local) {
        auto sets = [&](const ir::Instr& instr) {
            return instr.result.root == ir::RootKind::local && instr.result.index == local &&
                   instr.result.steps.empty();
        };
        return std::ranges::any_of(
            body, [&](ir::Index block) { return std::ranges::any_of(code_.blocks[block].instrs, sets); });
    };
    auto givesBack = [&](ir::Index block, const Held& held) {
        return std::ranges::any_of(code_.blocks[block].instrs, [&](const ir::Instr& instr) {
            return instr.op == ir::Op::release && !instr.operands.empty() &&
                   mayBeAmong(held.lock, in_.pointsTo.pointeesOf(function_, instr.operands[0]));
        });
    };
    auto isOfRound = [&](const Held& held) {
        if (held.count <= 0 || held.via || held.where.function != function_ || !isInLoop(held.where.block))
            return false;
        const ir::Instr& instr = instrAt(in_.code, held.where);
        if (instr.op != ir::Op::acquire || instr.operands.empty())
            return false;
        const ir::Place& place = instr.operands[0].place;
        if (std::ranges::any_of(body, [&](ir::Index block) { return givesBack(block, held); }))
            return false;
        const bool isPointer = instr.operands[0].kind == ir::ValueKind::load && place.root == ir::RootKind::local;
        return (isPointer && changes(place.index)) || std::ranges::any_of(place.steps, [&](const ir::Step& step) {
                   return (step.kind == ir::StepKind::variable && changes(step.index)) ||
                          (step.kind == ir::StepKind::deref && place.root == ir::RootKind::local &&
                           changes(place.index));
               });
    };
    state.widened |= std::erase_if(state.held, isOfRound) > 0;
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
    loseLocks(state, isLast);                                // released ones, and those with the value as an index
    std::erase_if(state.handles, [&](const Handle& handle) { // another object's from here on, which others know
        const ExprId holder = objectRoot(handle.handle);
        return holder == object && contains(state.published, holder);
    });
    for (auto& [address, value] : state.memory) {
        bool isFresh = exprs_[value].kind == ExprKind::allocation; // stays this function's own
        if (!isFresh || lockedByIt)
            value = retired(value);
        if (!isFresh && mentions(value, isLast))
            value = exprs_.phi(function_, block_, address);
    }
}

} // namespace deadheat::link
