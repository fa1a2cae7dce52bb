// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/accesses.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::link {

namespace {

/// More accesses of one datum than this are not compared pairwise; the first ones (in program order) stand for the rest.
constexpr std::size_t kMaxPerGroup = 400;

ExprId withoutParts(const ExprTable& exprs, ExprId address) {
    while (exprs[address].kind == ExprKind::field || exprs[address].kind == ExprKind::element) address = exprs[address].a;
    return address;
}

bool intersects(const std::vector<LocationId>& a, const std::vector<LocationId>& b) {
    auto i = a.begin(), j = b.begin();
    while (i != a.end() && j != b.end()) {
        if (*i == *j) return true;
        if (*i < *j) ++i;
        else ++j;
    }
    return false;
}

} // namespace

AccessTable::AccessTable(const WholeProgram& program, Parallelism& parallelism) : p_(program), parallelism_(parallelism) {
    collectPosters();
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        if (!p_.contexts.ofFunction[f].empty()) collect(f);
}

void AccessTable::collectPosters() {
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f) {
        std::vector<ExprId> posted;
        for (const Point& point : p_.facts[f].points) unite(posted, point.posted);
        for (const Outcome& outcome : p_.facts[f].summary.outcomes) unite(posted, outcome.posted);
        for (LocationId location : syncLocations(f, posted, false))
            for (ContextId context : p_.contexts.ofFunction[f]) insert(posters_[location], p_.contexts.all[context].root);
        for (const ir::Block& block : p_.code.functions[f].blocks)
            for (const ir::Instr& instr : block.instrs)
                if (instr.op == ir::Op::barrierWait)
                    for (LocationId location : p_.pointsTo->pointeesOf(f, instr.operands[0])) insert(barriers_, location);
    }
}

std::vector<LocationId> AccessTable::syncLocations(FunctionId function, const std::vector<ExprId>& objects, bool must) const {
    std::vector<LocationId> result;
    for (ExprId object : objects) {
        std::vector<LocationId> targets = locationsOf(p_, function, object);
        if (!must || targets.size() == 1) unite(result, targets);
    }
    return result;
}

/// Where the access may go, without thread-local, constant and unshared objects.
std::vector<LocationId> AccessTable::sharedLocations(const AccessFact& fact) const {
    const ir::Instr& instr = p_.instr(fact.at);
    std::vector<LocationId> result;
    for (LocationId location : p_.pointsTo->pointeesOf(fact.at.function, instr.operands[0])) {
        ObjectId id = p_.pointsTo->objectOf(location);
        const Object& object = p_.pointsTo->object(id);
        if (object.kind == ObjectKind::function || object.kind == ObjectKind::thread || !p_.sharedObject[id]) continue;
        if (object.kind == ObjectKind::global) {
            const ir::Global& global = p_.code.globals[object.index];
            if (global.isThreadLocal || global.isConst) continue;
        }
        result.push_back(location);
    }
    return result;
}

void AccessTable::collect(FunctionId function) {
    for (const AccessFact& fact : p_.facts[function].accesses) {
        if (fact.owned) continue;
        const ir::Instr& instr = p_.instr(fact.at);
        bool unknown = p_.pointsTo->pointeesOf(function, instr.operands[0]).empty();
        std::vector<LocationId> locations = sharedLocations(fact);
        if (!unknown && locations.empty()) continue;
        for (ContextId context : p_.contexts.ofFunction[function]) add(context, fact, locations);
    }
}

void AccessTable::add(ContextId id, const AccessFact& fact, const std::vector<LocationId>& locations) {
    const Context& context = p_.contexts.all[id];
    const ExprTable& exprs = *p_.exprs;
    const Expr& root = exprs[withoutParts(exprs, fact.address)];
    if (root.kind == ExprKind::parameter && contains(context.owned, root.a)) return;
    const Point& point = p_.facts[context.function].points[fact.point];
    SharedAccess access;
    access.context = id;
    access.at = fact.at;
    access.fact = &fact;
    access.locations = locations;
    access.locks = locksOf(context, point, context.function, fact.address);
    access.place = {point.child == kNoId ? context.root : p_.contexts.rootOfSpawn[point.child], liveAt(context, point)};
    access.distinct = root.kind == ExprKind::parameter && contains(context.distinct, root.a);
    access.singleThreaded = access.place.root == kMainRoot && access.place.live.empty();
    access.posted = context.posted;
    unite(access.posted, syncLocations(context.function, point.posted, false));
    access.waited = context.waited;
    unite(access.waited, syncLocations(context.function, point.waited, true));
    const ir::Function& code = p_.function(context.function);
    access.inConstruction = code.isConstructor || code.isDestructor;

    std::vector<Datum> data;
    for (LocationId location : locations) {
        LocationId part = location;
        while (p_.pointsTo->parent(part) != kNoId && p_.pointsTo->step(part).kind != ir::StepKind::field) part = p_.pointsTo->parent(part);
        bool isField = p_.pointsTo->parent(part) != kNoId;
        Datum datum = isField ? Datum{p_.pointsTo->step(part).index, kNoId} : Datum{ir::kNone, p_.pointsTo->objectOf(location)};
        insert(data, datum);
    }
    ExprId part = fact.address;
    while (exprs[part].kind == ExprKind::element) part = exprs[part].a;
    if (locations.empty() && exprs[part].kind == ExprKind::field) data = {Datum{exprs[part].b, kNoId}};
    for (const Datum& datum : data) {
        std::vector<SharedAccess>& group = groups_[datum];
        auto same = [&](const SharedAccess& other) {
            return other.at == access.at && other.place.root == access.place.root && other.place.live == access.place.live &&
                   other.distinct == access.distinct && other.waited == access.waited && other.posted == access.posted &&
                   std::ranges::equal(other.locks, access.locks, [](const HeldLock& x, const HeldLock& y) { return x.lock == y.lock; });
        };
        if (group.size() < kMaxPerGroup && std::ranges::none_of(group, same)) group.push_back(access);
    }
}

std::vector<HeldLock> AccessTable::locksOf(const Context& context, const Point& point, FunctionId function, ExprId address) const {
    const ExprTable& exprs = *p_.exprs;
    std::vector<HeldLock> result;
    for (const EntryLock& lock : locksAt(context, point)) {
        HeldLock held;
        held.lock = lock;
        held.locations = locationsOf(p_, lock.scope == kNoId ? function : lock.scope, lock.lock);
        const Expr& e = exprs[lock.lock];
        if (e.kind == ExprKind::field) held.field = e.b;
        held.isAbsolute = exprs[withoutParts(exprs, lock.lock)].kind == ExprKind::global;
        if (lock.scope == function) held.relation = relation(address, lock.lock);
        held.isInstance = !held.isAbsolute && std::ranges::all_of(held.locations, [&](LocationId location) {
            ObjectKind kind = p_.pointsTo->object(p_.pointsTo->objectOf(location)).kind;
            return kind == ObjectKind::heap || kind == ObjectKind::foreign;
        });
        result.push_back(std::move(held));
    }
    return result;
}

/// Steps from the deepest expression that both go through, e.g. for `p->list->head` and `p->m`: ".list*.head|.m".
std::string AccessTable::relation(ExprId datum, ExprId lock) const {
    const ExprTable& exprs = *p_.exprs;
    ExprId common = datum;
    auto inner = [&](ExprId id) {
        ExprKind kind = exprs[id].kind;
        bool hasBase = kind == ExprKind::field || kind == ExprKind::element || kind == ExprKind::load || kind == ExprKind::outer;
        return hasBase ? exprs[id].a : kNoExpr;
    };
    while (common != kNoExpr && !exprs.contains(lock, common)) common = inner(common);
    if (common == kNoExpr || exprs[common].kind == ExprKind::number) return {};
    auto path = [&](ExprId id) {
        std::string text;
        for (; id != common; id = inner(id)) {
            const Expr& e = exprs[id];
            switch (e.kind) {
            case ExprKind::field: text += fmt::format("f{} ", e.b); break;
            case ExprKind::element: text += e.b == kAnyElement ? "[?] " : exprs.isNumber(e.b) ? fmt::format("[{}] ", exprs.numberOf(e.b)) : "[i] "; break;
            case ExprKind::load: text += "* "; break;
            default: text += fmt::format("o{} ", e.b); break;
            }
        }
        return text;
    };
    return path(datum) + "|" + path(lock);
}

LocationId AccessTable::canonical(LocationId location) const {
    const PointsTo& pointsTo = *p_.pointsTo;
    LocationId parent = pointsTo.parent(location);
    if (parent == kNoId) return location;
    ir::Step step = pointsTo.step(location);
    LocationId base = canonical(parent);
    return step.kind == ir::StepKind::field ? pointsTo.field(base, step.index) : pointsTo.anyElement(base);
}

bool AccessTable::overlap(LocationId a, LocationId b) const {
    if (a == b) return true;
    const PointsTo& pointsTo = *p_.pointsTo;
    if (pointsTo.objectOf(a) != pointsTo.objectOf(b)) return false;
    LocationId parentA = pointsTo.parent(a), parentB = pointsTo.parent(b);
    if (parentA == kNoId || parentB == kNoId) return false;
    ir::Step stepA = pointsTo.step(a), stepB = pointsTo.step(b);
    bool elementA = stepA.kind != ir::StepKind::field, elementB = stepB.kind != ir::StepKind::field;
    if (elementA != elementB) return false;
    if (elementA) {
        bool bothKnown = stepA.kind == ir::StepKind::constant && stepB.kind == ir::StepKind::constant;
        if (bothKnown && stepA.index != stepB.index) return false;
    } else if (stepA.index != stepB.index) {
        return false;
    }
    return overlap(parentA, parentB);
}

bool AccessTable::mayAlias(const SharedAccess& a, const SharedAccess& b) const {
    if (a.locations.empty() || b.locations.empty()) return true;
    if (intersects(a.locations, b.locations)) return true;
    for (LocationId x : a.locations)
        for (LocationId y : b.locations)
            if (overlap(x, y)) return true;
    return false;
}

bool AccessTable::mayRunInParallel(const SharedAccess& a, const SharedAccess& b) {
    if (a.place.root == b.place.root && a.distinct && b.distinct) return false;
    return parallelism_.mayRunInParallel(a.place, b.place);
}

bool AccessTable::handsOver(const SharedAccess& first, const SharedAccess& second) const {
    for (LocationId signal : second.waited) {
        if (contains(first.posted, signal)) continue;
        if (contains(barriers_, signal)) return true;
        auto posters = posters_.find(signal);
        bool onlyFirst = posters != posters_.end() && posters->second == std::vector<RootId>{first.place.root};
        if (onlyFirst && !parallelism_.selfParallel(first.place.root)) return true;
    }
    // What runs inside call_once has happened for everybody whose call_once on that flag has returned.
    return std::ranges::any_of(first.locks, [&](const HeldLock& lock) { return lock.locations.size() == 1 && contains(second.waited, lock.locations[0]); });
}

bool AccessTable::areOrdered(const SharedAccess& a, const SharedAccess& b) const { return handsOver(a, b) || handsOver(b, a); }

AccessTable::Protection AccessTable::commonLock(const SharedAccess& a, const SharedAccess& b) const {
    Protection best = Protection::none;
    auto isGlobalDatum = [&](const SharedAccess& access) {
        return !access.locations.empty() && std::ranges::all_of(access.locations, [&](LocationId location) {
            return p_.pointsTo->object(p_.pointsTo->objectOf(location)).kind == ObjectKind::global;
        });
    };
    bool global = isGlobalDatum(a) && isGlobalDatum(b);
    for (const HeldLock& x : a.locks)
        for (const HeldLock& y : b.locks) {
            bool sameRelation = !x.relation.empty() && x.relation == y.relation && x.relation.find("[?]") == std::string::npos;
            bool sameAbsolute = x.isAbsolute && y.isAbsolute && x.lock.lock == y.lock.lock;
            bool sameLocation = x.locations.size() == 1 && x.locations == y.locations && !(x.isInstance && global);
            bool maybe = (intersects(x.locations, y.locations) || ((x.locations.empty() || y.locations.empty()) && x.field != ir::kNone && x.field == y.field));
            bool instanceForGlobal = global && x.isInstance && y.isInstance;
            Protection here = (sameRelation && !instanceForGlobal) || sameAbsolute || sameLocation ? Protection::certain
                            : maybe && !instanceForGlobal                                           ? Protection::possible
                                                                                                    : Protection::none;
            if (here != Protection::none && x.lock.shared && y.lock.shared) here = Protection::sharedOnly;
            best = std::max(best, here);
        }
    return best;
}

std::string AccessTable::describe(const Datum& datum) const {
    if (datum.field != ir::kNone) {
        const ir::Field& field = p_.code.fields[datum.field];
        auto record = std::ranges::find(p_.code.records, field.record, &ir::Record::usr);
        return record == p_.code.records.end() || record->name.empty() || record->isLambda ? field.name : record->name + "::" + field.name;
    }
    const Object& object = p_.pointsTo->object(datum.object);
    if (object.kind == ObjectKind::global) return p_.code.globals[object.index].name;
    if (object.kind == ObjectKind::local) return p_.code.functions[object.index].locals[object.sub].name;
    if (object.kind == ObjectKind::foreign) return "*" + object.record;
    return "memory allocated here";
}

} // namespace deadheat::link
