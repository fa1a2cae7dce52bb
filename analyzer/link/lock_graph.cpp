// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/lock_graph.h"

#include <algorithm>

namespace deadheat::link {

namespace {

constexpr std::size_t kMaxCycle = 4;
constexpr std::size_t kMaxEdgesPerPair = 6;
constexpr std::size_t kMaxCycles = 200;
constexpr std::size_t kMaxSteps = 20'000;

} // namespace

LockGraph::LockGraph(const WholeProgram& program, Parallelism& parallelism)
    : p_(program), parallelism_(parallelism), singles_(program) {
    collectRecursive();
    for (ContextId id = 0; id < p_.contexts.all.size(); ++id)
        collect(p_.contexts.all[id], id);
    collectInHandlers();
    for (std::size_t i = 0; i < edges_.size(); ++i)
        from_[edges_[i].from].push_back(i);
}

void LockGraph::collectRecursive() {
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        for (const ir::Block& block : p_.code.functions[f].blocks)
            for (const ir::Instr& instr : block.instrs) {
                bool says = (instr.op == ir::Op::lockInit || instr.op == ir::Op::acquire) && instr.flags.recursive;
                if (!says || instr.operands.empty())
                    continue;
                for (LocationId location : p_.pointsTo->pointeesOf(f, instr.operands[0]))
                    recursive_.insert({ir::kNone, location});
                const ir::Place& place = instr.operands[0].place;
                if (!place.steps.empty() && place.steps.back().kind == ir::StepKind::field)
                    recursive_.insert({place.steps.back().index, kNoId});
            }
}

namespace {

/// A lock that exists once: a global or local variable, or a fixed part of one.
bool isConcrete(const PointsTo& pointsTo, LocationId location) {
    const ObjectKind kind = pointsTo.object(pointsTo.objectOf(location)).kind;
    bool concrete = kind == ObjectKind::global || kind == ObjectKind::local;
    for (LocationId part = location; concrete && pointsTo.parent(part) != kNoId; part = pointsTo.parent(part))
        concrete = pointsTo.step(part).kind != ir::StepKind::element;
    return concrete;
}

/// Whether the function takes a lock of an array that the local is the index of.
bool selectsLock(const ir::Function& code, ir::Index local) {
    const ir::Step wanted{ir::StepKind::variable, local};
    auto takes = [&](const ir::Instr& instr) {
        return (instr.op == ir::Op::acquire || instr.op == ir::Op::guardInit) &&
               std::ranges::any_of(instr.operands, [&](const ir::Value& operand) {
                   return std::ranges::find(operand.place.steps, wanted) != operand.place.steps.end();
               });
    };
    return std::ranges::any_of(code.blocks,
                               [&](const ir::Block& block) { return std::ranges::any_of(block.instrs, takes); });
}

} // namespace

LockNode LockGraph::nodeOf(ExprId lock, FunctionId scope) const { return nodeOf(lock, locationsOf(p_, scope, lock)); }

/// One concrete lock where exactly one global or local object is meant; otherwise the class of the member.
LockNode LockGraph::nodeOf(ExprId lock, const std::vector<LocationId>& locations) const {
    const Expr& e = (*p_.exprs)[lock];
    const ir::Index field = e.kind == ExprKind::field ? e.b : ir::kNone;
    const bool isOne = locations.size() == 1 && (field == ir::kNone || isConcrete(*p_.pointsTo, locations[0]));
    return isOne ? LockNode{ir::kNone, locations[0]} : LockNode{field, kNoId};
}

/// A pointer that the code makes lead to one of a few locks stands for each of them.
std::vector<LockNode> LockGraph::nodesOf(const Context& context, ExprId lock, FunctionId scope) const {
    constexpr std::size_t kFew = 4;
    const std::vector<LocationId> locations =
        scope == context.function ? p_.exprLocations->in(context, lock) : locationsOf(p_, scope, lock);
    const ExprKind root = (*p_.exprs)[p_.exprs->root(lock)].kind;
    const bool isChoice = (root == ExprKind::phi || root == ExprKind::global) && locations.size() > 1 &&
                          locations.size() <= kFew &&
                          std::ranges::all_of(locations, [&](LocationId l) { return isConcrete(*p_.pointsTo, l); });
    if (!isChoice)
        return {nodeOf(lock, locations)};
    std::vector<LockNode> nodes;
    for (LocationId location : locations)
        nodes.push_back({ir::kNone, location});
    return nodes;
}

void LockGraph::collect(const Context& context, ContextId id) {
    const FunctionFacts& facts = p_.facts[context.function];
    for (const AcquireFact& acquire : facts.acquires) {
        if (acquire.via || !isFeasible(*p_.exprs, context, facts.points[acquire.point]))
            continue; // by a callee: seen there, with this caller as its context
        for (const EntryLock& held : locksAt(context, facts.points[acquire.point])) {
            if (held.lock != acquire.lock || held.scope != context.function)
                continue;
            bool tolerated = acquire.recursive || acquire.isTry || (acquire.shared && held.shared) ||
                             isRecursive(nodeOf(acquire.lock, context.function));
            if (!tolerated)
                relocks_.push_back({{held.lock, held.scope, held.where, held.shared},
                                    {acquire.lock, context.function, acquire.at, acquire.shared},
                                    {},
                                    id});
        }
        if (acquire.isTry)
            continue;
        std::vector<EntryLock> all = locksAt(context, facts.points[acquire.point]);
        for (const EntryLock& held : all)
            addEdge(context, id, acquire, held, all);
    }
}

void LockGraph::addEdge(const Context& context, ContextId id, const AcquireFact& acquire, const EntryLock& held,
                        const std::vector<EntryLock>& all) {
    const Point& point = p_.facts[context.function].points[acquire.point];
    FunctionId scope = held.scope == kNoId ? context.function : held.scope;
    if (held.lock == acquire.lock && scope == context.function)
        return;
    LockEdge edge;
    edge.first = {held.lock, scope, held.where, held.shared};
    edge.second = {acquire.lock, context.function, acquire.at, acquire.shared, acquire.recursive};
    edge.context = id;
    edge.place = {rootAtPoint(p_.contexts, context, point), p_.contexts.sets->ids[liveAt(p_.contexts, context, point)]};
    for (const EntryLock& other : all)
        if (!(other.lock == held.lock && other.scope == held.scope))
            insert(edge.gates, nodeOf(other.lock, other.scope == kNoId ? context.function : other.scope));
    const std::vector<LockNode> froms = nodesOf(context, held.lock, scope);
    const std::vector<LockNode> tos = nodesOf(context, acquire.lock, context.function);
    const bool bothChosen = froms.size() > 1 && tos.size() > 1;
    if (scope == context.function && comparesTwo(context.function) &&
        (bothChosen || takesBothWays(context.function, held.lock, acquire.lock)))
        return; // the lesser one first
    for (const LockNode& from : froms)
        for (const LockNode& to : tos) {
            edge.from = from;
            edge.to = to;
            if (from != LockNode{} && to != LockNode{})
                addEdge(edge);
        }
}

/// Whether both are one lock under two names (`this->m` of the caller, `subject.m` of the callback), a variable that exists once.
bool LockGraph::isSelfDeadlock(const LockEdge& edge) const {
    if (edge.from.location == kNoId || (edge.first.shared && edge.second.shared) || edge.second.recursive ||
        isRecursive(edge.from) || edge.first.scope == edge.second.scope ||
        !isConcrete(*p_.pointsTo, edge.from.location))
        return false;
    auto isLock = [&](const LockUse& use) {
        const ir::Op op = instrAt(p_.code, use.where).op;
        return op == ir::Op::acquire || op == ir::Op::guardInit || op == ir::Op::guardAcquire;
    };
    const Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(edge.from.location));
    const bool isOne = object.kind == ObjectKind::global || singles_.runsOnce({object.index, 0, 0});
    return isOne && isLock(edge.first) && isLock(edge.second);
}

void LockGraph::addEdge(LockEdge edge) {
    if (edge.from == edge.to) {
        if (isSelfDeadlock(edge)) {
            relocks_.push_back({edge.first, edge.second, {}, edge.context});
            return;
        }
        const FunctionId function = edge.second.scope;
        const bool several = edge.from.field != ir::kNone || !isConcrete(*p_.pointsTo, edge.from.location);
        const bool neighbours =
            instrAt(p_.code, edge.first.where).flags.up || instrAt(p_.code, edge.second.where).flags.up;
        bool unordered = several && edge.first.scope == function && independent(edge.first.lock, edge.second.lock) &&
                         !neighbours && !comparesTwo(function) && !isRecursive(edge.from);
        if (unordered)
            instances_.push_back(std::move(edge));
        return;
    }
    std::set<InstrRef>& places = places_[{edge.from, edge.to}];
    places.insert(edge.second.where);
    std::size_t known =
        std::ranges::count_if(edges_, [&](const LockEdge& e) { return e.from == edge.from && e.to == edge.to; });
    bool sameKind = std::ranges::any_of(edges_, [&](const LockEdge& e) {
        return e.from == edge.from && e.to == edge.to && e.place.root == edge.place.root &&
               e.place.live == edge.place.live && e.gates == edge.gates;
    });
    if (known < kMaxEdgesPerPair && !sameKind)
        edges_.push_back(std::move(edge));
}

/// Neither is reached from the other: two parameters, two elements of one table. A list walked hand over hand is not.
bool LockGraph::independent(ExprId first, ExprId second) const {
    const ExprTable& exprs = *p_.exprs;
    auto owner = [&](ExprId lock) { return exprs[lock].kind == ExprKind::field ? exprs[lock].a : lock; };
    ExprId a = owner(first), b = owner(second);
    if (a == b || exprs.contains(a, b) || exprs.contains(b, a))
        return false;
    ExprKind rootA = exprs[exprs.root(a)].kind, rootB = exprs[exprs.root(b)].kind;
    bool bothElements = exprs[a].kind == ExprKind::element && exprs[b].kind == ExprKind::element;
    if (bothElements) {
        bool constant = exprs[a].b != kAnyElement && exprs[b].b != kAnyElement && exprs.isNumber(exprs[a].b) &&
                        exprs.isNumber(exprs[b].b);
        return !constant && exprs[a].a == exprs[b].a;
    }
    return rootA == ExprKind::parameter && rootB == ExprKind::parameter && exprs.root(a) != exprs.root(b);
}

/// Code that orders two locks by address or number compares the same of both: `a < b`, `&a < &b`, `from->id < to->id`, `i < j`.
bool LockGraph::comparesTwo(FunctionId function) const {
    const ir::Function& code = p_.code.functions[function];
    auto isScalar = [&](ir::Index type) {
        return type != ir::kNone && p_.code.types[type].kind == ir::TypeKind::scalar;
    };
    auto tellsLocks = [&](const ir::Value& value) {
        const ir::Place& place = value.place;
        return value.kind == ir::ValueKind::address || !place.steps.empty() || place.root != ir::RootKind::local ||
               !isScalar(code.locals[place.index].type) || selectsLock(code, place.index);
    };
    return std::ranges::any_of(code.blocks, [&](const ir::Block& block) {
        const auto& [compare, left, right, mask] = block.condition;
        bool orders = compare != ir::Compare::none && compare != ir::Compare::equal && compare != ir::Compare::notEqual;
        bool isVariable = left.kind == ir::ValueKind::load || left.kind == ir::ValueKind::address;
        bool isSamePart = left.kind == right.kind && left.place.root == right.place.root &&
                          left.place.index != right.place.index && left.place.steps == right.place.steps;
        return orders && isVariable && isSamePart && tellsLocks(left) && tellsLocks(right);
    });
}

/// Whether the function takes the two locks in one order here and in the other order elsewhere.
bool LockGraph::takesBothWays(FunctionId function, ExprId first, ExprId second) const {
    const FunctionFacts& facts = p_.facts[function];
    return std::ranges::any_of(facts.acquires, [&](const AcquireFact& acquire) {
        return acquire.lock == first && std::ranges::any_of(facts.points[acquire.point].held, [&](const Held& held) {
                   return held.lock == second && held.count > 0;
               });
    });
}

std::size_t LockGraph::weight(const LockNode& from, const LockNode& to) const {
    auto places = places_.find({from, to});
    return places == places_.end() ? 0 : places->second.size();
}

/// Every two edges must be able to run at the same time, and no third lock may keep them apart.
bool LockGraph::feasible(const std::vector<const LockEdge*>& path, bool& openWorld) {
    openWorld = false;
    for (std::size_t i = 0; i < path.size(); ++i)
        for (std::size_t j = i + 1; j < path.size(); ++j) {
            const LockEdge &a = *path[i], &b = *path[j];
            for (const LockNode& gate : a.gates)
                if (std::ranges::binary_search(b.gates, gate))
                    return false;
            bool bothClients = a.place.root == kClientRoot && b.place.root == kClientRoot;
            if (bothClients)
                openWorld = true;
            else if (!parallelism_.mayRunInParallel(a.place, b.place))
                return false;
        }
    // All locks of the cycle in shared mode on one side cannot block each other.
    for (std::size_t i = 0; i < path.size(); ++i) {
        const LockEdge& next = *path[(i + 1) % path.size()];
        if (path[i]->second.shared && next.first.shared)
            return false;
    }
    return true;
}

void LockGraph::search(std::vector<const LockEdge*>& path, const LockNode& start, std::vector<LockCycle>& found,
                       std::set<std::set<LockNode>>& seen) {
    if (path.empty())
        steps_ = 0;
    if (++steps_ > kMaxSteps || found.size() >= kMaxCycles)
        return;
    const LockNode& at = path.empty() ? start : path.back()->to;
    auto edges = from_.find(at);
    if (edges == from_.end())
        return;
    for (std::size_t index : edges->second) {
        const LockEdge& edge = edges_[index];
        // The smallest node starts a cycle, so that each is found from one side only.
        if (edge.to < start)
            continue;
        bool onPath = std::ranges::any_of(path, [&](const LockEdge* e) { return e->from == edge.to; });
        if (onPath && edge.to != start)
            continue;
        path.push_back(&edge);
        if (edge.to == start) {
            std::set<LockNode> nodes;
            for (const LockEdge* e : path)
                nodes.insert(e->from);
            bool openWorld = false;
            if (!seen.contains(nodes) && feasible(path, openWorld)) {
                seen.insert(nodes);
                LockCycle cycle;
                for (const LockEdge* e : path)
                    cycle.edges.push_back(*e);
                cycle.openWorld = openWorld;
                found.push_back(std::move(cycle));
            }
        } else if (path.size() < kMaxCycle) {
            search(path, start, found, seen);
        }
        path.pop_back();
    }
}

std::vector<LockCycle> LockGraph::cycles() {
    std::vector<LockCycle> found;
    std::set<std::set<LockNode>> seen;
    std::vector<const LockEdge*> path;
    for (const auto& [start, edges] : from_)
        search(path, start, found, seen);
    std::ranges::stable_sort(found, {}, [](const LockCycle& cycle) { return cycle.edges.size(); });
    return found;
}

} // namespace deadheat::link
