// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a context passes on to the functions that it calls and the threads that it starts.
#include "analyzer/link/context_builder.h"
#include "analyzer/link/orderings.h"

#include <algorithm>

namespace deadheat::link {

/// The part of a lock's expression that an argument also names is replaced by the parameter.
EntryLock ContextBuilder::rename(const EntryLock& lock, const CallFact& call, FunctionId caller, FunctionId callee) {
    ExprTable& exprs = *p_.exprs;
    if (exprs.isAbsolute(lock.lock))
        return {lock.lock, callee, lock.shared, lock.claim, lock.where};
    const auto unnamed = [&] { return lock.scope == callee ? ofEarlierCall(lock) : lock; };
    if (lock.scope != caller)
        return unnamed();
    ExprId best = kNoExpr, renamed = kNoExpr;
    const std::size_t formals = p_.code.functions[callee].formals(); // one of several targets may take fewer
    for (ir::Index i = 0; i < std::min(call.arguments.size(), formals); ++i) {
        ExprId argument = call.arguments[i];
        if (argument == kNoExpr || exprs.isNumber(argument))
            continue;
        if (exprs.contains(lock.lock, argument) && (best == kNoExpr || exprs.contains(argument, best))) {
            best = argument;
            renamed = exprs.replace(lock.lock, argument, exprs.parameter(i));
        }
        // &object->part was passed: the object is what contains the parameter's target.
        const Expr a = exprs[argument];
        if (best == kNoExpr && a.kind == ExprKind::field && exprs.contains(lock.lock, a.a))
            renamed = exprs.replace(lock.lock, a.a, exprs.outer(exprs.parameter(i), a.b));
    }
    if (renamed == kNoExpr)
        return unnamed();
    return {renamed, callee, lock.shared, lock.claim, lock.where};
}

/// A lock of an earlier call of the same function, further up: what the parameters name here is something else.
EntryLock ContextBuilder::ofEarlierCall(const EntryLock& lock) {
    constexpr std::uint32_t kEarlierCall = ~std::uint32_t{0};
    const ExprId root = p_.exprs->root(lock.lock);
    const ExprId other = p_.exprs->result(lock.scope, kEarlierCall);
    const ExprId renamed =
        p_.exprs->mentionsParameter(lock.lock) ? p_.exprs->replace(lock.lock, root, other) : lock.lock;
    return {renamed, lock.scope, lock.shared, lock.claim, lock.where};
}

std::vector<LocationId> signalLocations(const WholeProgram& program, FunctionId function,
                                        const std::vector<ExprId>& objects, bool must) {
    std::vector<LocationId> locations;
    for (ExprId object : objects) {
        const Expr& e = (*program.exprs)[object];
        const bool isCount = e.kind == ExprKind::count;
        const std::vector<LocationId>& targets = locationsOf(program, function, isCount ? e.a : object);
        if (must && targets.size() != 1)
            continue;
        if (!isCount)
            unite(locations, targets);
        else
            for (const LocationId counter : targets)
                insert(locations, counter | (e.b != 0 ? kCountedUp : kCountedDown));
    }
    return locations;
}

const PointSignals& ContextBuilder::signalsAt(FunctionId function, PointId id) {
    std::vector<PointSignals>& ofFunction = signals_[function];
    const std::vector<Point>& points = p_.facts[function].points;
    ofFunction.resize(points.size());
    PointSignals& signals = ofFunction[id];
    if (!signals.known)
        signals = {true, c_.sets->ids.intern(signalLocations(p_, function, points[id].posted, false)),
                   c_.sets->ids.intern(signalLocations(p_, function, points[id].waited, true))};
    return signals;
}

/// An object passed on takes along what is known of the objects that it points to.
void ContextBuilder::passPaths(const std::vector<ExprId>& known, ExprId argument, ir::Index parameter,
                               std::vector<ExprId>& passed) {
    for (ExprId path : known)
        if (path != argument && (*p_.exprs)[path].kind == ExprKind::load && p_.exprs->contains(path, argument))
            if (ExprId here = p_.exprs->replace(path, argument, p_.exprs->parameter(parameter)))
                insert(passed, here);
}

namespace {

/// Whether `place` is an element of a collection that the function also changes as a whole: pop, erase.
bool takesFromCollection(const ir::Function& code, ir::Place place) {
    auto element = std::ranges::find(place.steps, ir::StepKind::element, &ir::Step::kind);
    if (element == place.steps.end())
        return false;
    place.steps.erase(element, place.steps.end());
    auto changes = [&](const ir::Instr& instr) {
        return (instr.op == ir::Op::write || instr.op == ir::Op::readWrite) && instr.operands[0].place == place;
    };
    return std::ranges::any_of(code.blocks,
                               [&](const ir::Block& block) { return std::ranges::any_of(block.instrs, changes); });
}

} // namespace

/// Whether the callee was taken out of a collection. Such a callable is a task: it runs once for each time it was put in. Who only goes through the
/// collection (observers) leaves it as it is.
bool ContextBuilder::callsTask(const CallFact& call) {
    const ir::Instr& instr = p_.instr(call.at);
    if (instr.op != ir::Op::callIndirect)
        return false;
    auto [known, isNew] = callsTask_.try_emplace(call.at, false);
    if (!isNew)
        return known->second;
    const ir::Function& code = p_.code.functions[call.at.function];
    const ir::Place& callee = instr.operands[0].place;
    auto isTaken = [&](const ir::Instr& copy) {
        return copy.op == ir::Op::copy && copy.result == callee && takesFromCollection(code, copy.operands[0].place);
    };
    for (const ir::Block& block : code.blocks)
        known->second = known->second || std::ranges::any_of(block.instrs, isTaken);
    return known->second;
}

/// A constructor or destructor calls for its object what it calls on that, on a part of it, on what it has just made, or a function to
/// which it passes it.
SetId ContextBuilder::makingAfter(const Context& context, const CallFact& call) {
    const ir::Function& code = p_.code.functions[context.function];
    if (!(code.isConstructor || code.isDestructor) || startsThreads(code.record))
        return context.making;
    auto isOwn = [&](ExprId argument) {
        if (argument == kNoExpr)
            return false;
        const Expr& owner = (*p_.exprs)[ownerOf(p_, argument)];
        return owner == Expr{ExprKind::parameter, 0} || owner.kind == ExprKind::allocation;
    };
    const bool isOnObject = std::ranges::any_of(
        call.targets, [&](FunctionId target) { return p_.code.functions[target].thisLocal() != nullptr; });
    if (call.arguments.empty() || !(isOnObject ? isOwn(call.arguments[0]) : std::ranges::any_of(call.arguments, isOwn)))
        return context.making;
    SetTable<std::uint32_t>& sets = c_.sets->ids;
    return sets.unite(context.making, sets.intern(lockOwners_.madeBy(context.function)));
}

/// What runs once has not run before: the threads that it starts are not there yet.
SetId ContextBuilder::withoutStartsOf(FunctionId function, SetId live) {
    std::vector<SpawnId> others = c_.sets->ids[live];
    for (const Outcome& outcome : p_.facts[function].summary.outcomes)
        for (const SpawnId own : outcome.live)
            erase(others, own);
    return c_.sets->ids.intern(std::move(others));
}

void ContextBuilder::throughCall(const Context& context, const CallFact& call) {
    const Point& point = p_.facts[context.function].points[call.point];
    const PointSignals signals = signalsAt(context.function, call.point);
    std::vector<EntryLock> held = exclusionsAt(context, point);
    const bool isTask = callsTask(call);
    const SetId live = liveAt(c_, context, point), acquired = acquiredAt(c_, context, point);
    const SetId posted = c_.sets->ids.unite(context.posted, signals.posted);
    const SetId waited = c_.sets->ids.unite(context.waited, signals.waited);
    const SetId making = makingAfter(context, call);
    for (FunctionId target : call.targets) {
        if (p_.code.functions[target].blocks.empty())
            continue;
        Context next;
        next.function = target;
        next.root = rootAt(context, point);
        for (const EntryLock& lock : held)
            next.locks.push_back(rename(lock, call, context.function, target));
        if (call.isOnce && call.onceFlag != kNoExpr)
            next.locks.push_back(
                rename({call.onceFlag, context.function, false, false, call.at}, call, context.function, target));
        std::ranges::sort(next.locks, {}, [](const EntryLock& lock) { return std::pair(lock.lock, lock.scope); });
        const auto duplicates =
            std::ranges::unique(next.locks, {}, [](const EntryLock& lock) { return std::pair(lock.lock, lock.scope); });
        next.locks.erase(duplicates.begin(), duplicates.end());
        next.owned = call.owned;
        for (ir::Index i = 0; i < call.arguments.size(); ++i) {
            if (call.arguments[i] == kNoExpr)
                continue;
            const ExprId number = knownNumber(context, call.arguments[i]);
            if (number != kNoExpr && decidesBy(target, i))
                next.constants.push_back({p_.exprs->parameter(i), ir::Compare::equal, number});
            const ExprId owner = ownerOf(p_, call.arguments[i]);
            if (contains(context.owned, owner) && !contains(call.published, i))
                insert(next.owned, p_.exprs->parameter(i));
            if (isDying(p_, context, call.arguments[i]))
                insert(next.dying, i);
            if (contains(context.distinct, owner))
                insert(next.distinct, p_.exprs->parameter(i));
            passPaths(context.distinct, owner, i, next.distinct);
            if (!contains(call.published, i))
                passPaths(context.owned, owner, i, next.owned);
        }
        next.targets = targetsOf(context, call.arguments, target);
        next.live = call.isOnce ? withoutStartsOf(target, live) : live;
        next.posted = posted;
        next.waited = waited;
        next.acquired = acquired;
        next.making = making;
        next.isImported = call.areAccessesImported;
        next.fromPrivate = context.fromPrivate;
        next.ofFolded = context.folded || context.ofFolded;
        next.task = isTask ? target : context.task;
        next.caller = current_;
        next.callSite = call.at;
        enter(std::move(next));
    }
}

/// Without what has been counted: each thread counts for itself.
SetId ContextBuilder::uncounted(SetId posted) {
    std::vector<LocationId> signals = c_.sets->ids[posted];
    const bool counts = std::erase_if(signals, [](LocationId s) { return (s & (kCountedUp | kCountedDown)) != 0; }) > 0;
    return counts ? c_.sets->ids.intern(std::move(signals)) : posted;
}

void ContextBuilder::throughSpawn(const Context& context, const SpawnFact& spawn) {
    const Point& point = p_.facts[context.function].points[spawn.point];
    const PointSignals signals = signalsAt(context.function, spawn.point);
    unite(c_.liveAtSpawn[spawn.spawn], c_.sets->ids[liveAt(c_, context, point)]);
    for (RootId root : c_.rootsOfSpawn[spawn.spawn])
        insert(c_.roots[root].parents, rootAt(context, point));
    for (FunctionId entry : spawn.entries) {
        if (p_.code.functions[entry].blocks.empty())
            continue;
        Context next;
        next.function = entry;
        for (RootId root : c_.rootsOfSpawn[spawn.spawn])
            if (c_.roots[root].entry == entry)
                next.root = root;
        for (ExprId own : spawn.ownObjects)
            insert(next.distinct, own);
        if (isOnePerHolder(spawn, entry))
            for (ExprId holder : spawn.holders)
                insert(next.distinct, holder);
        for (ir::Index i = 0; i < spawn.arguments.size(); ++i)
            if (isSeparateArgument(entry, i))
                insert(next.distinct, p_.exprs->parameter(i));
        next.targets = targetsOf(context, spawn.arguments, entry);
        next.posted = uncounted(c_.sets->ids.unite(context.posted, signals.posted));
        next.waited = c_.sets->ids.unite(context.waited, signals.waited);
        next.acquired = acquiredAt(c_, context, point);
        next.caller = current_;
        next.callSite = spawn.at;
        enter(std::move(next));
    }
}

} // namespace deadheat::link
