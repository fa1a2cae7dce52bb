// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls in the simulation: callees' summaries, translated from the callee's vocabulary into the caller's. One successor
// state per way in which a callee can return, so that a wrapper's status keeps its meaning.
#include "analyzer/link/program.h"
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

/// More possible callees than this, or more ways to return: the call is taken to change nothing.
constexpr std::size_t kMaxTargets = 4;

/// A function with more accesses is not taken apart for each caller.
constexpr std::size_t kMaxLeafAccesses = 12;

} // namespace

void Simulator::call(State state, const ir::Instr& instr, States& out) {
    runCallee(std::move(state), instr, instr.op == ir::Op::callIndirect ? 0 : kNoId, out);
}

/// `callee`: operand that is the callable, kNoId for a direct call.
void Simulator::runCallee(State state, const ir::Instr& instr, std::size_t callee, States& out, ExprId onceFlag) {
    std::span<const FunctionId> targets = in_.pointsTo.targets(at_);
    if (emitting_)
        recordCall(state, instr, callee, targets, onceFlag);
    if (instr.op == ir::Op::callIndirect && targets.empty())
        event(state, EventKind::unknownCallback, addressOf(state, instr.operands[0].place));
    bool usable = !targets.empty() && targets.size() <= kMaxTargets;
    for (FunctionId target : targets)
        usable = usable && in_.facts[target].summary.known;
    if (!usable) {
        for (const ir::Value& operand : instr.operands)
            forgetNumbersIn(state, valueOf(state, operand)); // as after scanf("%d", &n)
        if (targets.empty() && instr.op == ir::Op::call) {
            bool callback = std::ranges::any_of(instr.operands,
                                                [](const ir::Value& v) { return v.kind == ir::ValueKind::function; });
            if (callback)
                for (const ir::Value& operand : instr.operands)
                    publish(state, valueOf(state, operand));
        }
        storeResult(state, instr, freshResult());
        out.push_back(std::move(state));
        return;
    }
    for (FunctionId target : targets) {
        std::vector<ExprId> args = arguments(state, instr, callee, target);
        for (const Outcome& outcome : in_.facts[target].summary.outcomes) {
            State next = state;
            if (outcome.throws || !assumeFacts(next, outcome, args, target))
                continue;
            applyOutcome(next, outcome, args, target, instr);
            if (onceFlag != kNoExpr)
                insert(next.waited, onceFlag);
            out.push_back(std::move(next));
        }
    }
}

/// Whether the callee can return this way here; what then holds is learnt.
bool Simulator::assumeFacts(State& state, const Outcome& outcome, const std::vector<ExprId>& args, FunctionId target) {
    for (const Fact& fact : outcome.facts) {
        Translation call{state, args, target}; // the state changes with each fact
        ExprId value = translate(call, fact.value);
        std::optional<bool> holds = decide(state, fact.compare, value, fact.other);
        if (holds && !*holds)
            return false;
        if (!holds)
            learn(state, fact.compare, value, fact.other);
    }
    return true;
}

std::vector<ExprId> Simulator::arguments(const State& state, const ir::Instr& instr, std::size_t callee,
                                         FunctionId target) {
    const ir::Function& code = in_.code.functions[target];
    std::vector<ExprId> result;
    std::size_t first = callee == kNoId ? 0 : callee + 1;
    bool callable = callee != kNoId && instr.operands[callee].kind != ir::ValueKind::method &&
                    instr.operands[callee].kind != ir::ValueKind::function;
    if (callable && code.thisLocal())
        result.push_back(valueOf(state, instr.operands[callee]));
    for (std::size_t i = first; i < instr.operands.size(); ++i)
        result.push_back(valueOf(state, instr.operands[i]));
    // What a variadic function takes beyond its parameters has no name in it: the locals that follow are its own.
    result.resize(std::min<std::size_t>(result.size(), code.formals()));
    return result;
}

ExprId Simulator::translate(Translation& call, ExprId expr) {
    if (expr == kNoExpr)
        return kNoExpr;
    std::pair<ExprId, ExprId>& known = call.known[expr % call.known.size()];
    if (known.first != expr)
        known = {expr, translateAnew(call, expr)};
    return known.second;
}

ExprId Simulator::translateAnew(Translation& call, ExprId expr) {
    const Expr e = exprs_[expr];
    auto inner = [&] { return translate(call, e.a); };
    switch (e.kind) {
    case ExprKind::parameter: return e.a < call.arguments.size() ? call.arguments[e.a] : kNoExpr;
    case ExprKind::global:
    case ExprKind::function:
    case ExprKind::number: return expr;
    case ExprKind::field: return exprs_.field(inner(), e.b);
    case ExprKind::outer: return exprs_.outer(inner(), e.b);
    case ExprKind::load: return loadFrom(call.before, inner());
    case ExprKind::count: return exprs_.count(inner(), e.b != 0);
    case ExprKind::masked: return exprs_.masked(inner(), exprs_.numberOf(e.b));
    case ExprKind::element: {
        ExprId index = e.b == kAnyElement ? kNoExpr : translate(call, e.b);
        return exprs_.element(inner(), index == kNoExpr ? kAnyElement : index);
    }
    case ExprKind::local:
        return e.a == call.callee && e.b == in_.code.functions[e.a].returnLocal ? call.resultAddress : kNoExpr;
    case ExprKind::allocation:
    case ExprKind::result: {
        auto [entry, isNew] = imported_.try_emplace({serial_, expr}, importedSerial(serial_, imported_.size()));
        if (e.kind == ExprKind::result)
            return exprs_.result(function_, entry->second);
        const ExprId made = exprs_.allocation(function_, entry->second);
        in_.locations.noteImport(made, call.callee, expr);
        return made;
    }
    default: return kNoExpr;
    }
}

void Simulator::applyOutcome(State& state, const Outcome& outcome, const std::vector<ExprId>& args, FunctionId target,
                             const ir::Instr& instr) {
    const State before = state;
    ExprId resultAddress = instr.result ? addressOf(state, instr.result) : kNoExpr;
    Translation call{before, args, target, resultAddress};
    auto here = [&](ExprId expr) { return translate(call, expr); };
    for (ExprId object : outcome.published)
        publish(state, here(object));
    std::vector<std::pair<ExprId, ExprId>> stores; // some perhaps only on some of the ways that this outcome stands for
    for (auto [address, value] : outcome.stores)
        if (ExprId to = here(address); to != kNoExpr)
            stores.emplace_back(to, here(value));
    overwriteAll(state, std::move(stores));
    applyLocks(state, call, outcome);
    std::erase_if(state.held, [&](const Held& held) { return isWaitedSemaphore(held) && isEnded(state, held.lock); });
    applyHandles(state, call, outcome);
    if (!outcome.releasedAt.empty())
        releaseAt(state, outcome.releasedAt);
    for (SpawnId spawn : outcome.joined) {
        erase(state.live, spawn);
        insert(state.joined, spawn);
    }
    unite(state.live, outcome.live);
    for (ExprId object : outcome.posted)
        if (ExprId known = here(object); known != kNoExpr)
            insert(state.posted, known);
    for (ExprId object : outcome.waited)
        if (ExprId known = here(object); known != kNoExpr)
            insert(state.waited, known);
    state.widened |= outcome.widened && !outcome.held.empty();
    if (!instr.result)
        return;
    ExprId returned = outcome.returned == kNoExpr ? freshResult() : here(outcome.returned);
    if (returned == kNoExpr)
        returned = freshResult();
    const ExprId made = objectRoot(returned);
    if (exprs_[made].kind == ExprKind::allocation && exprs_[made].a == function_)
        erase(state.published, made);
    store(state, resultAddress, returned);
    if (outcome.returnsOwn && isSomebodysPointer(returned)) {
        insert(state.taken, returned);
        erase(state.published, returned); // what came in the round before was another one
    }
    if (outcome.truth == Truth::unknown || exprs_.isNumber(returned))
        return;
    learn(state, outcome.truth == Truth::zero ? ir::Compare::equal : ir::Compare::notEqual, returned, exprs_.number(0));
}

void Simulator::applyLocks(State& state, Translation& call, const Outcome& outcome) {
    for (const Held& held : outcome.held) {
        ExprId lock = translate(call, held.lock);
        if (held.count < 0 && held.spin)
            releaseSpin(state, lock, held.where, at_);
        for (int i = held.spin ? 0 : held.count; i < 0; ++i)
            release(state, lock, std::nullopt, held.where, at_, held.untold);
        for (int i = 0; i < held.count; ++i)
            take(state, lock, held.shared, held.recursive, held.spin, held.where, at_);
        if (held.spin && lock != kNoExpr && held.count > 0) {
            Held& spin = heldEntry(state, lock);
            spin.spin = true;
            spin.claim = held.claim;
        }
    }
    for (const Guard& guard : outcome.guards) {
        ExprId address = translate(call, guard.guard);
        if (address == kNoExpr)
            continue;
        if (guard.ended) {
            guardRelease(state, address, true);
            continue;
        }
        Guard& mine = guardEntry(state, address);
        mine.owns = guard.owns;
        mine.shared = guard.shared;
        mine.locks.clear();
        for (ExprId lock : guard.locks)
            mine.locks.push_back(translate(call, lock));
    }
}

void Simulator::applyHandles(State& state, Translation& call, const Outcome& outcome) {
    for (const Handle& handle : outcome.handles) {
        ExprId address = translate(call, handle.handle);
        if (isHandleByValue(call.callee, handle.handle))
            address = holderOf(state, address);
        if (address == kNoExpr)
            continue;
        Handle& mine = handleEntry(state, address);
        InstrRef origin = mine.origin;
        mine = handle;
        mine.handle = address;
        if (!mine.origin)
            mine.origin = origin;
        // A child's spawn that was joined through its handle: its threads are no longer live here either.
        if (handle.status != HandleStatus::released || handle.detached || !mine.origin)
            continue;
        auto id = in_.spawns.ids.find(mine.origin);
        if (id != in_.spawns.ids.end() && !hasOtherHandle(state, id->second, address))
            killSpawn(state, id->second);
    }
}

std::vector<ExprId> Simulator::ownedArguments(const State& state, const std::vector<ExprId>& args) const {
    std::vector<ExprId> owned;
    for (ir::Index i = 0; i < args.size(); ++i) {
        if (args[i] == kNoExpr || !isOwned(state, args[i]))
            continue;
        insert(owned, exprs_.parameter(i));
        for (const auto& [address, value] : state.memory) {
            const bool isOther = value != args[i] && !exprs_.isNumber(value) && isOwned(state, value);
            if (isOther && exprs_.isPartOf(address, args[i]))
                insert(owned, exprs_.load(exprs_.replace(address, args[i], exprs_.parameter(i))));
        }
    }
    return owned;
}

void Simulator::recordCall(const State& state, const ir::Instr& instr, std::size_t callee,
                           std::span<const FunctionId> targets, ExprId onceFlag) {
    if (targets.empty())
        return;
    const bool mayBeTask = instr.op == ir::Op::callIndirect;
    CallFact fact;
    fact.at = at_;
    fact.targets.assign(targets.begin(), targets.end());
    fact.arguments = arguments(state, instr, callee, targets[0]);
    fact.owned = ownedArguments(state, fact.arguments);
    for (ir::Index i = 0; i < fact.arguments.size(); ++i)
        if (contains(state.published, objectRoot(fact.arguments[i])))
            fact.published.push_back(i);
    // Arguments that stay private to this function's own caller keep their parameter name; context decides (contexts.h).
    fact.point = pointOf(state);
    fact.isOnce = instr.op == ir::Op::once;
    fact.onceFlag = onceFlag;
    // What a closure that may be a task does is the task's own: contexts tell tasks apart.
    auto isTaken = [&](FunctionId f) { return in_.facts[f].isLeaf && !(mayBeTask && in_.code.functions[f].isLambda); };
    fact.areAccessesImported =
        onceFlag == kNoExpr && targets.size() <= kMaxTargets && std::ranges::all_of(targets, isTaken);
    if (fact.areAccessesImported)
        for (FunctionId target : targets)
            importAccesses(state, fact, target);
    facts_.calls.push_back(std::move(fact));
}

void Simulator::importAccesses(const State& state, const CallFact& call, FunctionId target) {
    Translation translation{state, call.arguments, target};
    auto import = [&](const AccessFact& access) {
        if (access.owned)
            return;
        AccessFact here = access;
        here.via = at_;
        here.address = translate(translation, access.address);
        here.point = call.point;
        here.owned = isOwned(state, here.address);
        here.published = contains(state.published, objectRoot(here.address));
        facts_.importedAccesses.push_back(std::move(here));
    };
    std::ranges::for_each(in_.facts[target].accesses, import);
    std::ranges::for_each(in_.facts[target].importedAccesses, import);
}

/// Whether the function does nothing but access memory, itself or through others of that kind.
bool Simulator::isLeaf() const {
    const FunctionFacts& f = facts_;
    const bool synchronises = !f.spawns.empty() || !f.acquires.empty() || !f.releases.empty() || !f.waits.empty() ||
                              !f.destroys.empty() || !f.events.empty();
    return !synchronises && !code_.isMain && f.accesses.size() + f.importedAccesses.size() <= kMaxLeafAccesses &&
           std::ranges::all_of(f.calls, [](const CallFact& call) { return call.areAccessesImported; }) &&
           std::ranges::all_of(f.points, [](const Point& p) {
               return p.held.empty() && p.live.empty() && p.posted.empty() && p.waited.empty() && p.child == kNoId;
           });
}

} // namespace deadheat::link
