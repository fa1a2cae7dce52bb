// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/contexts.h"

#include "analyzer/link/context_builder.h"
#include "analyzer/link/orderings.h"

#include <algorithm>
#include <utility>

namespace deadheat::link {

ContextBuilder::ContextBuilder(WholeProgram& program, const CallGraph& calls)
    : p_(program), calls_(calls), c_(program.contexts), singles_(program), lockOwners_(program) {}

void ContextBuilder::run() {
    c_.ofFunction.resize(p_.code.functions.size());
    signals_.resize(p_.code.functions.size());
    parameterTargets_.resize(p_.code.functions.size());
    findDeciders();
    c_.liveAtSpawn.resize(p_.spawns.sites.size());
    findThreadOwners();
    findDetachedMembers();
    findRoots();
    while (!work_.empty()) {
        const ContextId id = work_.begin()->second;
        work_.erase(work_.begin());
        propagate(id);
    }
}

void ContextBuilder::findDeciders() {
    for (const FunctionFacts& facts : p_.facts)
        decidesByArguments_.push_back(
            std::ranges::any_of(facts.points, [](const Point& point) { return !point.arguments.empty(); }));
    handsOn_.resize(p_.facts.size());
    bool changed = true;
    auto handOn = [&](FunctionId function, const CallFact& call) {
        for (ir::Index i = 0; i < call.arguments.size(); ++i) {
            const Expr& argument = (*p_.exprs)[call.arguments[i]];
            const bool decides =
                argument.kind == ExprKind::parameter &&
                std::ranges::any_of(call.targets, [&](FunctionId target) { return decidesBy(target, i); });
            changed |= decides && insert(handsOn_[function], ir::Index{argument.a});
        }
    };
    while (std::exchange(changed, false))
        for (FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const CallFact& call : p_.facts[f].calls)
                handOn(f, call);
}

/// The number that an argument is, or that it is known to be where it is a parameter handed on. Not a null pointer: who hands it on has mostly
/// found that it is none.
ExprId ContextBuilder::knownNumber(const Context& context, ExprId argument) const {
    if (p_.exprs->isNumber(argument))
        return argument;
    const Expr& e = (*p_.exprs)[argument];
    const ir::Index type =
        e.kind == ExprKind::parameter ? p_.code.functions[context.function].locals[e.a].type : ir::kNone;
    if (type == ir::kNone || p_.code.types[type].kind == ir::TypeKind::pointer)
        return kNoExpr;
    const auto known = std::ranges::find_if(context.constants, [&](const Fact& fact) {
        return fact.value == argument && fact.compare == ir::Compare::equal && p_.exprs->isNumber(fact.other);
    });
    return known == context.constants.end() ? kNoExpr : known->other;
}

bool ContextBuilder::isEntryPoint(FunctionId function) const {
    const ir::Function& code = p_.code.functions[function];
    return !code.isDeclaration && !code.blocks.empty() && !code.isMain && !code.isImplicit &&
           p_.pointsTo->callersOf(function).empty();
}

/// Root 0 is main, root 1 the unknown client; then one root per thread entry function and one per fork.
void ContextBuilder::findRoots() {
    c_.roots.push_back({RootKind::main, kNoId, {}, {}});
    c_.roots.push_back({RootKind::client, kNoId, {}, {}});
    std::map<FunctionId, RootId> rootOfEntry;
    c_.rootsOfSpawn.resize(p_.spawns.sites.size());
    for (SpawnId spawn = 0; spawn < p_.spawns.sites.size(); ++spawn) {
        const ir::Op op = p_.instr(p_.spawns.sites[spawn]).op;
        std::span<const FunctionId> targets = p_.pointsTo->targets(p_.spawns.sites[spawn]);
        if (op == ir::Op::fork || targets.empty()) {
            c_.rootsOfSpawn[spawn] = {static_cast<RootId>(c_.roots.size())};
            c_.roots.push_back({op == ir::Op::fork ? RootKind::process : RootKind::thread, kNoId, {spawn}, {}});
            continue;
        }
        for (FunctionId entry : targets) {
            auto [known, isNew] = rootOfEntry.try_emplace(entry, c_.roots.size());
            if (isNew)
                c_.roots.push_back({op == ir::Op::signalHandler ? RootKind::signal : RootKind::thread, entry, {}, {}});
            insert(c_.roots[known->second].sites, spawn);
            insert(c_.rootsOfSpawn[spawn], known->second);
        }
    }
    std::vector<FunctionId> entries;
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f) {
        const ir::Function& code = p_.code.functions[f];
        if (code.isMain || code.name == "<init>")
            addEntry(f, kMainRoot, {});
        else if (isEntryPoint(f))
            entries.push_back(f);
    }
    for (FunctionId f : entries)
        for (const Outcome& outcome : p_.facts[f].summary.outcomes)
            unite(c_.outliveClient, outcome.live);
    for (FunctionId f : entries) {
        std::vector<SpawnId> live = c_.outliveClient;
        for (const Outcome& outcome : p_.facts[f].summary.outcomes)
            for (SpawnId own : outcome.live)
                erase(live, own);
        addEntry(f, kClientRoot, live);
    }
}

void ContextBuilder::addEntry(FunctionId function, RootId root, std::vector<SpawnId> live) {
    Context context;
    context.function = function;
    context.root = root;
    context.live = c_.sets->ids.intern(std::move(live));
    const ir::Function& code = p_.code.functions[function];
    const bool isPrivate = root == kClientRoot && code.access == ir::Access::private_ && !code.isVirtual;
    context.fromPrivate = isPrivate || !code.contract.requiresLocks.empty() || !code.contract.requiresShared.empty();
    if (p_.code.functions[function].isConstructor)
        context.owned = {p_.exprs->parameter(0)};
    enter(std::move(context));
}

/// Nobody else uses an object that is being destroyed, unless its own methods have started threads that use it: those are
/// stopped by the destructor, perhaps.
void ContextBuilder::findThreadOwners() {
    for (FunctionId f = 0; f < p_.facts.size(); ++f)
        for (const SpawnFact& spawn : p_.facts[f].spawns) {
            if (p_.code.functions[f].thisLocal() && contains(spawn.refersTo, p_.exprs->parameter(0)))
                threadOwners_.insert(p_.code.functions[f].record);
            for (FunctionId entry : spawn.entries)
                handleMembers_[entry].insert(spawn.handleMember);
            for (FunctionId entry : spawn.entries)
                for (ir::Index i = 0; i < spawn.arguments.size(); ++i)
                    startArguments_[{entry, i}].push_back(separateObject(spawn, spawn.arguments[i]));
        }
}

void ContextBuilder::findDetachedMembers() {
    for (const ir::Function& function : p_.code.functions)
        for (const ir::Block& block : function.blocks)
            for (const ir::Instr& instr : block.instrs) {
                const bool detaches = instr.op == ir::Op::detach && !instr.operands.empty();
                if (detaches && !instr.operands[0].place.steps.empty())
                    detachedMembers_.insert(instr.operands[0].place.steps.back().index);
            }
}

/// Whether an object has one thread of this entry at a time: all its threads are kept in one member, which can hold one handle, and
/// none is let go.
bool ContextBuilder::isOnePerHolder(const SpawnFact& spawn, FunctionId entry) const {
    return spawn.handleMember != ir::kNone && handleMembers_.at(entry).size() == 1 &&
           !detachedMembers_.contains(spawn.handleMember);
}

/// The argument, if it leads to an object that no other run of the same start passes: a local or what this call has allocated (each call
/// has its own), or a global where the start runs once.
ExprId ContextBuilder::separateObject(const SpawnFact& spawn, ExprId argument) const {
    ExprId object = argument;
    while ((*p_.exprs)[object].kind == ExprKind::field)
        object = (*p_.exprs)[object].a;
    const ExprKind kind = (*p_.exprs)[object].kind;
    const bool isOwn = kind == ExprKind::local || kind == ExprKind::allocation ||
                       (kind == ExprKind::global && singles_.runsOnce(spawn.at));
    return isOwn && !spawn.inLoop ? argument : kNoExpr;
}

/// Whether every start of `entry` passes the address of another variable.
bool ContextBuilder::isSeparateArgument(FunctionId entry, ir::Index parameter) const {
    auto known = startArguments_.find({entry, parameter});
    if (known == startArguments_.end())
        return false;
    std::vector<ExprId> arguments = known->second;
    std::ranges::sort(arguments);
    return arguments.front() != kNoExpr && std::ranges::adjacent_find(arguments) == arguments.end();
}

bool ContextBuilder::isExclusiveDestructor(FunctionId function) const {
    const ir::Function& code = p_.code.functions[function];
    return code.isDestructor && !startsThreads(code.record);
}

/// A thread that a base class starts may use what a derived one adds.
bool ContextBuilder::startsThreads(const std::string& record) const {
    if (threadOwners_.contains(record))
        return true;
    auto known = std::ranges::find(p_.code.records, record, &ir::Record::usr);
    return known != p_.code.records.end() &&
           std::ranges::any_of(known->bases, [&](const std::string& base) { return startsThreads(base); });
}

namespace {

/// Whether what they hold, and what they have for themselves, is the same.
bool agreeOnLocks(const Context& a, const Context& b) {
    return a.owned == b.owned && a.dying == b.dying && a.making == b.making &&
           std::ranges::equal(a.locks, b.locks, [](const EntryLock& x, const EntryLock& y) {
               return x.lock == y.lock && x.scope == y.scope && x.shared == y.shared;
           });
}

} // namespace

/// Adds a context, or widens a known one that agrees on locks and ownership; what changed is propagated again.
void ContextBuilder::enter(Context next) {
    if (isExclusiveDestructor(next.function))
        insert(next.dying, ir::Index{0});
    auto& known = byFunctionAndRoot_[std::uint64_t{next.function} << 32 | next.root];
    // What everybody calls, and every function of a very large program, is told apart by who runs it only.
    const bool isMany = c_.ofFunction[next.function].size() >= kMaxContextsOfFunction || c_.all.size() >= kManyContexts;
    const std::size_t limit = isMany ? 1 : kMaxContexts;
    for (ContextId id : known) {
        Context& context = c_.all[id];
        const bool agrees = agreeOnLocks(context, next);
        const bool same = agrees && context.isImported == next.isImported && context.fromPrivate == next.fromPrivate &&
                          context.task == next.task && context.constants == next.constants &&
                          (context.live == kEmptySet) == (next.live == kEmptySet);
        if (!same && known.size() < limit)
            continue;
        if (widen(context, next, same))
            enqueue(id);
        return;
    }
    ContextId id = c_.all.size();
    known.push_back(id);
    c_.ofFunction[next.function].push_back(id);
    c_.all.push_back(std::move(next));
    enqueue(id);
}

/// Callers first, so that what they pass has settled before it is passed on.
void ContextBuilder::enqueue(ContextId id) {
    const std::uint32_t height = calls_.componentOf[c_.all[id].function];
    work_.insert({~height, id});
}

/// Whether there is something new to pass on: what was infeasible must be gone through, too, and what was not held against anybody is
/// now.
bool ContextBuilder::widen(Context& context, const Context& next, bool same) {
    const bool opens = (!same && (!context.constants.empty() || (context.fromPrivate && !next.fromPrivate))) ||
                       (context.ofFolded && !next.ofFolded);
    if (!same)
        context.constants.clear();
    context.folded |= !same;
    context.ofFolded &= next.ofFolded;
    context.isImported &= next.isImported;
    context.fromPrivate &= next.fromPrivate;
    return absorb(context, next) || opens;
}

bool ContextBuilder::absorb(Context& known, const Context& next) {
    std::size_t locks = known.locks.size();
    std::erase_if(known.locks, [&](const EntryLock& lock) {
        return std::ranges::none_of(next.locks,
                                    [&](const EntryLock& l) { return l.lock == lock.lock && l.scope == lock.scope; });
    });
    bool changed = known.locks.size() != locks;
    changed |= intersect(known.owned, next.owned);
    changed |= intersect(known.dying, next.dying);
    changed |= intersect(known.distinct, next.distinct);
    changed |= uniteTargets(known, next);
    ContextSets& sets = *c_.sets;
    auto become = [&](SetId& set, SetId merged) { changed |= std::exchange(set, merged) != merged; };
    become(known.live, sets.ids.unite(known.live, next.live));
    become(known.posted, sets.ids.unite(known.posted, next.posted));
    become(known.waited, sets.ids.intersect(known.waited, next.waited));
    become(known.making, sets.ids.intersect(known.making, next.making));
    become(known.acquired, sets.acquisitions.intersect(known.acquired, next.acquired));
    return changed;
}

/// Where the first parameters of a function point to in any context.
const std::vector<const std::vector<LocationId>*>& ContextBuilder::parameterTargets(FunctionId function,
                                                                                    std::size_t count) {
    std::vector<const std::vector<LocationId>*>& known = parameterTargets_[function];
    while (known.size() < count)
        known.push_back(&locationsOf(p_, function, p_.exprs->parameter(static_cast<ir::Index>(known.size()))));
    return known;
}

/// Where the arguments of a call point to when the caller runs in its context. A receiver is only what the callee is called on.
std::vector<std::vector<LocationId>>
ContextBuilder::targetsOf(const Context& caller, const std::vector<ExprId>& arguments, FunctionId callee) {
    constexpr std::size_t kMany = 16;
    constexpr std::size_t kFew = 8; // many targets are hardly better than all
    const ir::Function& code = p_.code.functions[callee];
    const std::size_t count = std::min<std::size_t>(arguments.size(), code.formals());
    std::vector<std::vector<LocationId>> targets;
    const std::vector<const std::vector<LocationId>*>& wholes = parameterTargets(callee, count);
    for (ir::Index i = 0; i < count; ++i) {
        if (arguments[i] == kNoExpr || wholes[i]->size() < 2) // nothing can be known better
            continue;
        std::vector<LocationId> here = p_.exprLocations->in(caller, arguments[i], kMany);
        if (!here.empty())
            intersect(here, *wholes[i]);
        if (here.empty() || here.size() > kFew)
            continue;
        targets.resize(i + 1);
        targets[i] = std::move(here);
    }
    targets.shrink_to_fit();
    return targets;
}

/// What one of them does not know stays unknown.
bool ContextBuilder::uniteTargets(Context& known, const Context& next) {
    bool changed = false;
    for (std::size_t i = 0; i < known.targets.size(); ++i) {
        if (known.targets[i].empty())
            continue;
        if (i >= next.targets.size() || next.targets[i].empty()) {
            known.targets[i].clear();
            changed = true;
        } else
            changed |= unite(known.targets[i], next.targets[i]);
    }
    return changed;
}

void ContextBuilder::propagate(ContextId id) {
    const Context context = c_.all[id]; // a copy: entering others may grow the vector
    current_ = id;
    const FunctionFacts& facts = p_.facts[context.function];
    for (const CallFact& call : facts.calls)
        if (isFeasible(*p_.exprs, context, facts.points[call.point]))
            throughCall(context, call);
    for (const SpawnFact& spawn : facts.spawns)
        if (isFeasible(*p_.exprs, context, facts.points[spawn.point]))
            throughSpawn(context, spawn);
}

RootId ContextBuilder::rootAt(const Context& context, const Point& point) const {
    return rootAtPoint(c_, context, point);
}

} // namespace deadheat::link
