// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/accesses.h"

#include "analyzer/link/context_builder.h"

#include <algorithm>
#include <fmt/format.h>
#include <xxhash.h>

namespace deadheat::link {

namespace {

/// More accesses of one datum than this are not compared pairwise; the first ones (in program order) stand for the rest.
constexpr std::size_t kMaxPerGroup = 400;

/// The larger a group, the fewer of its accesses are at one place, and under the same locks there: so many, divided by the size of
/// the group. A function that everybody calls would fill it otherwise.
constexpr std::size_t kShareOfLocks = 800;
constexpr std::size_t kShareOfPlace = 8 * kShareOfLocks;

ExprId withoutParts(const ExprTable& exprs, ExprId address) {
    while (exprs[address].kind == ExprKind::field || exprs[address].kind == ExprKind::element)
        address = exprs[address].a;
    return address;
}

} // namespace

bool throughVariableIndex(const ExprTable& exprs, ExprId address) {
    for (; exprs[address].kind == ExprKind::field || exprs[address].kind == ExprKind::element;
         address = exprs[address].a) {
        const Expr& e = exprs[address];
        if (e.kind == ExprKind::element && (e.b == kAnyElement || !exprs.isNumber(e.b)))
            return true;
    }
    return false;
}

AccessTable::AccessTable(const WholeProgram& program, Parallelism& parallelism)
    : p_(program), parallelism_(parallelism), singles_(program), soleHolders_(*program.pointsTo),
      initialisations_(program), startLocks_(program, parallelism), lockOwners_(program), waitingBases_(program) {
    collectPosters();
    collectCounting();
    collectThreadLocalStores();
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        if (!p_.contexts.ofFunction[f].empty())
            collect(f);
    for (auto& [datum, group] : groups_)
        group.shrink_to_fit();
    seen_.clear();
    counts_.clear();
}

void AccessTable::collectPosters() {
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f) {
        auto addPosters = [&](const std::vector<ExprId>& posted, const Point* point) {
            for (LocationId location : signalLocations(p_, f, posted, false))
                for (ContextId id : p_.contexts.ofFunction[f]) {
                    const Context& context = p_.contexts.all[id];
                    insert(posters_[location], point ? rootAtPoint(p_.contexts, context, *point) : context.root);
                }
        };
        std::set<std::pair<SpawnId, ExprId>> seen; // many points say the same
        for (const Point& point : p_.facts[f].points) {
            for (ExprId posted : point.posted)
                if (seen.insert({point.child, posted}).second)
                    addPosters({posted}, &point);
            for (ExprId waited : point.waited)
                if ((*p_.exprs)[waited].kind == ExprKind::count)
                    unite(awaitedCounts_, signalLocations(p_, f, {waited}, true));
        }
        for (const Outcome& outcome : p_.facts[f].summary.outcomes)
            addPosters(outcome.posted, nullptr);
        for (const ir::Block& block : p_.code.functions[f].blocks)
            for (const ir::Instr& instr : block.instrs)
                if (instr.op == ir::Op::barrierWait)
                    for (LocationId location : p_.pointsTo->pointeesOf(f, instr.operands[0]))
                        insert(barriers_, location);
    }
}

/// What cannot be meant: only whole objects from the heap are freed, and members that never change are written before anybody sees them.
bool AccessTable::isPartOfOther(LocationId location, const AccessFact& fact) const {
    const ObjectKind kind = p_.pointsTo->object(p_.pointsTo->objectOf(location)).kind;
    if (p_.instr(fact.at).op == ir::Op::free && (kind == ObjectKind::global || kind == ObjectKind::local))
        return true;
    const LocationId part = p_.pointsTo->member(location);
    if (p_.pointsTo->parent(part) == kNoId)
        return false;
    return p_.instr(fact.at).op == ir::Op::free || p_.code.fields[p_.pointsTo->step(part).index].isConst;
}

/// Where the access may go, without constant and unshared objects.
std::vector<LocationId> AccessTable::sharedLocations(const AccessFact& fact, const std::vector<LocationId>& all) const {
    std::vector<LocationId> result;
    for (LocationId location : all) {
        ObjectId id = p_.pointsTo->objectOf(location);
        const Object& object = p_.pointsTo->object(id);
        const bool isMemory = object.kind != ObjectKind::function && object.kind != ObjectKind::thread &&
                              object.kind != ObjectKind::delivery;
        if (!isMemory || !p_.isShared(id))
            continue;
        if (isPartOfOther(location, fact))
            continue;
        if (object.kind == ObjectKind::global) {
            const ir::Global& global = p_.code.globals[object.index];
            if (global.isConst)
                continue;
        }
        result.push_back(location);
    }
    return result;
}

/// Whether the object was made here and goes without a destructor, which could have waited for those that use it.
bool AccessTable::endsOwnRecord(const AccessFact& fact) const {
    if ((*p_.exprs)[fact.address].kind != ExprKind::allocation)
        return false;
    if (fact.at.instr == 0)
        return true;
    const ir::Instr& before = p_.instr({fact.at.function, fact.at.block, fact.at.instr - 1});
    if (before.op != ir::Op::call || before.symbol == ir::kNone)
        return true;
    const FunctionId callee = p_.functionOfSymbol[before.symbol];
    return callee == kNoId || !p_.function(callee).isDestructor;
}

/// `(char*)&state + offset`: from there on only some of the members follow.
bool AccessTable::isByteWithin(const ir::Global& variable, ExprId address) const {
    const Expr& e = (*p_.exprs)[address];
    const bool isRecord = variable.type != ir::kNone && p_.code.types[variable.type].kind == ir::TypeKind::record;
    return isRecord && e.kind == ExprKind::element && (*p_.exprs)[e.a].kind == ExprKind::global;
}

/// A record that is assigned, filled, or freed, with all its members. What is filled must be a variable: raw memory seen as many things
/// is none of them as a whole. What is freed must have been made here: whoever frees what others made is mostly its last user.
void AccessTable::addMembers(const AccessFact& fact, LocationId whole, std::vector<Datum>& data) const {
    constexpr std::size_t kMostMembers = 64;
    const Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(whole));
    const ir::Instr& instr = p_.instr(fact.at);
    const bool isVariable = object.kind == ObjectKind::global || object.kind == ObjectKind::local;
    if (instr.flags.opaqueBody && !isVariable)
        return;
    if (instr.op == ir::Op::free && !endsOwnRecord(fact))
        return;
    if (object.kind == ObjectKind::global && isByteWithin(p_.code.globals[object.index], fact.address))
        return;
    for (LocationId member : p_.pointsTo->membersWithin(whole, kMostMembers))
        insert(data, Datum{p_.pointsTo->step(member).index, kNoId});
}

std::vector<Datum> AccessTable::dataOf(const AccessFact& fact, const std::vector<LocationId>& locations) const {
    const ExprTable& exprs = *p_.exprs;
    std::vector<Datum> data;
    constexpr std::size_t kFew = 2; // a pointer to more is not known well enough to claim an access to every member
    for (LocationId location : locations) {
        const LocationId part = p_.pointsTo->member(location);
        bool isField = p_.pointsTo->parent(part) != kNoId;
        insert(data, isField ? Datum{p_.pointsTo->step(part).index, kNoId, fact.ofDescriptor}
                             : Datum{ir::kNone, p_.pointsTo->objectOf(location), fact.ofDescriptor});
        if (locations.size() <= kFew)
            addMembers(fact, location, data);
    }
    ExprId part = fact.address;
    while (exprs[part].kind == ExprKind::element)
        part = exprs[part].a;
    if (locations.empty() && exprs[part].kind == ExprKind::field)
        data = {Datum{exprs[part].b, kNoId, fact.ofDescriptor}};
    return data;
}

const std::vector<LocationId>& AccessTable::internIds(std::vector<LocationId> ids) {
    SetTable<std::uint32_t>& sets = p_.contexts.sets->ids;
    return sets[sets.intern(std::move(ids))];
}

/// Of the function whose accesses are being collected.
AccessTable::Situation AccessTable::situationAt(ContextId id, PointId at) {
    auto [known, isNew] = situations_.try_emplace(pairKey(id, at));
    if (!isNew)
        return known->second;
    const Context& context = p_.contexts.all[id];
    const Point& point = p_.facts[context.function].points[at];
    ContextSets& sets = *p_.contexts.sets;
    auto united = [&](SetId before, std::vector<LocationId> locations) {
        return &sets.ids[sets.ids.unite(before, sets.ids.intern(std::move(locations)))];
    };
    known->second = {&sets.ids[liveAt(p_.contexts, context, point)],
                     united(context.posted, signalLocations(p_, context.function, point.posted, false)),
                     united(context.waited, signalLocations(p_, context.function, point.waited, true)),
                     &sets.acquisitions[acquiredAt(p_.contexts, context, point)]};
    return known->second;
}

void AccessTable::collect(FunctionId function) {
    situations_.clear();
    for (const AccessFact& fact : p_.facts[function].accesses)
        collect(function, fact);
    for (const AccessFact& fact : p_.facts[function].importedAccesses)
        collect(function, fact);
}

/// Where the access may go in any context. What a callee accesses is where the caller's argument leads to, as far as that is known.
std::vector<LocationId> AccessTable::allLocations(FunctionId function, const AccessFact& fact) const {
    if (fact.via || fact.ofDescriptor) // what is called with a descriptor names its value, not the variable
        if (std::vector<LocationId> here = firstElements(locationsOf(p_, function, fact.address)); !here.empty())
            return here;
    std::vector<LocationId> all;
    if (fact.ofDescriptor)
        return all;
    for (LocationId target : p_.pointsTo->pointeesOf(fact.at.function, p_.instr(fact.at).operands[0])) {
        const bool isHeap = p_.pointsTo->object(p_.pointsTo->objectOf(target)).kind == ObjectKind::heap;
        insert(all, isHeap && p_.pointsTo->parent(target) == kNoId ? p_.pointsTo->firstElement(target) : target);
    }
    return all;
}

std::vector<LocationId> AccessTable::firstElements(const std::vector<LocationId>& targets) const {
    std::vector<LocationId> elements;
    for (LocationId target : targets)
        insert(elements, p_.pointsTo->firstElement(target));
    return elements;
}

void AccessTable::collect(FunctionId function, const AccessFact& fact) {
    if (fact.owned)
        return;
    const std::vector<LocationId> all = allLocations(function, fact);
    const Places general = placesOf(fact, all);
    for (ContextId id : p_.contexts.ofFunction[function]) {
        const Context& context = p_.contexts.all[id];
        if (context.isImported)
            continue;
        const ExprId address = withConstants(context, fact.address);
        if (address != fact.address || p_.exprLocations->isBound(context, address))
            if (std::vector<LocationId> here = firstElements(p_.exprLocations->in(context, address)); !here.empty()) {
                add(id, fact, placesOf(fact, here));
                continue;
            }
        add(id, fact, general);
    }
}

/// `locks[i]` where the callers of the context pass 3 for `i` is `locks[3]`.
ExprId AccessTable::withConstants(const Context& context, ExprId address) const {
    for (const Fact& constant : context.constants)
        if (constant.compare == ir::Compare::equal && p_.exprs->contains(address, constant.value))
            if (const ExprId replaced = p_.exprs->replace(address, constant.value, constant.other))
                address = replaced;
    return address;
}

/// Whether null is passed for the pointer, here to a callee or by the callers of the context: whatever the function asked before it followed that, it does not get there.
bool AccessTable::isThroughNull(const Context& context, ExprId address) const {
    const ExprId root = p_.exprs->root(address);
    auto isNull = [&](ExprId value) { return p_.exprs->isNumber(value) && p_.exprs->numberOf(value) == 0; };
    return root != address && (isNull(root) || std::ranges::any_of(context.constants, [&](const Fact& constant) {
                                   return constant.value == root && constant.compare == ir::Compare::equal &&
                                          isNull(constant.other);
                               }));
}

AccessTable::Places AccessTable::placesOf(const AccessFact& fact, const std::vector<LocationId>& all) {
    std::vector<LocationId> shared = sharedLocations(fact, all);
    Places places;
    places.areAllPrivate = !all.empty() && shared.empty();
    places.data = dataOf(fact, shared);
    places.locations = &internIds(std::move(shared));
    return places;
}

/// Whether the access is to a static variable that is just being made, while others wait for its initialiser.
bool AccessTable::isByInitialiserOf(const SharedAccess& access) const {
    return std::ranges::any_of(access.locks, [&](const HeldLock& lock) {
        if (!lock.lock.where || !p_.instr(lock.lock.where).flags.isInit || lock.info->locations.size() != 1)
            return false;
        const ObjectId made = p_.pointsTo->objectOf(lock.info->locations[0]);
        return !access.locations->empty() && std::ranges::all_of(*access.locations, [&](LocationId location) {
            return p_.pointsTo->objectOf(location) == made;
        });
    });
}

void AccessTable::add(ContextId id, const AccessFact& fact, const Places& places) {
    if (places.areAllPrivate)
        return;
    const Context& context = p_.contexts.all[id];
    const ExprId owner = ownerOf(p_, fact.address);
    if (contains(context.owned, owner) && !fact.published)
        return;
    if (isDying(p_, context, fact.address) && !waitingBases_.isBefore(fact.at))
        return;
    if (isThroughNull(context, fact.address))
        return;
    const Point& point = p_.facts[context.function].points[fact.point];
    const bool mayLackLocks = context.folded || context.ofFolded;
    if ((mayLackLocks && locksAt(context, point).empty()) || !isFeasible(*p_.exprs, context, point))
        return;
    SharedAccess access;
    access.context = id;
    access.at = fact.at;
    access.place = fact.via ? fact.via : fact.at;
    access.function = context.function;
    access.fact = &fact;
    access.locations = places.locations;
    std::vector<EntryLock> locks = exclusionsAt(context, point);
    const bool isFirst = p_.contexts.roots[context.root].entry == context.function;
    if (!isFirst)
        addOwed(context.function, point, locks);
    access.address = withConstants(context, fact.address);
    for (EntryLock& lock : locks) {
        if (lock.scope == context.function)
            lock.lock = withConstants(context, lock.lock);
        access.locks.push_back({lock, &infoOf(lock, context)});
    }
    access.making = &p_.contexts.sets->ids[context.making];
    access.root = rootAtPoint(p_.contexts, context, point);
    access.task = context.task;
    const Situation here = situationAt(id, fact.point);
    access.live = here.live;
    access.posted = here.posted;
    access.waited = here.waited;
    access.acquired = here.acquired;
    access.distinct = contains(context.distinct, owner);
    access.indexed = throughVariableIndex(*p_.exprs, access.address);
    access.singleThreaded = access.root == kMainRoot && std::ranges::all_of(*access.live, [&](SpawnId spawn) {
                                return p_.instr(p_.spawns.sites[spawn]).op == ir::Op::signalHandler;
                            });
    access.locksUnknown = context.fromPrivate;
    const bool isWhereFlagIsUnset =
        initialisations_.isInitialising(access.at) || initialisations_.isInitialising(access.place);
    access.initialises = isByInitialiserOf(access) || (isWhereFlagIsUnset && !initialisations_.isFlag(fact.address));
    access.inConstruction = isUnderConstruction(context.function, owner);

    std::vector<std::uint64_t> identity{fact.at.function, fact.at.block,  fact.at.instr,      fact.via.function,
                                        fact.via.block,   fact.via.instr, access.root,        access.distinct,
                                        access.address,   access.task,    access.locksUnknown};
    for (const void* set : {static_cast<const void*>(access.live), static_cast<const void*>(access.posted),
                            static_cast<const void*>(access.waited), static_cast<const void*>(access.acquired),
                            static_cast<const void*>(access.locations), static_cast<const void*>(access.making)})
        identity.push_back(reinterpret_cast<std::uintptr_t>(set));
    for (const HeldLock& lock : access.locks)
        identity.insert(identity.end(), {lock.lock.lock, lock.lock.scope, lock.lock.shared,
                                         reinterpret_cast<std::uintptr_t>(lock.info)});
    const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size() * sizeof(identity[0]));
    for (const Datum& datum : places.data) {
        access.ofWholeRecord = isOfWholeRecord(datum, access);
        add(access, datum, {hash.high64, hash.low64});
    }
}

void AccessTable::add(const SharedAccess& access, const Datum& datum, const Identity& identity) {
    auto hash = [](const std::vector<std::uint64_t>& words) {
        return XXH3_64bits(words.data(), words.size() * sizeof(words[0]));
    };
    std::vector<SharedAccess>& group = groups_[datum];
    if (group.size() >= kMaxPerGroup)
        return;
    auto& counts = counts_[datum];
    std::size_t& atPlace = counts[hash({access.at.function, access.at.block, access.at.instr, access.locks.empty()})];
    std::vector<std::uint64_t> words{access.place.function, access.place.block, access.place.instr};
    for (const HeldLock& lock : access.locks)
        words.push_back(lock.info->isAbsolute ? pairKey(lock.lock.lock, 0) : pairKey(lock.info->named, 1));
    std::size_t& underLocks = counts[hash(words)];
    words.insert(words.end(), {access.root, access.singleThreaded});
    std::size_t& alike = counts[hash(words)];
    // What is held at a place in every context is known only if no set of locks is left out.
    const bool isCrowded =
        underLocks > 0 && (atPlace * group.size() > kShareOfPlace || alike * group.size() > kShareOfLocks);
    if (isCrowded || !seen_[datum].insert(identity).second)
        return;
    for (std::size_t* count : {&atPlace, &underLocks, &alike})
        ++*count;
    group.push_back(access);
    for (HeldLock& lock : group.back().locks)
        lock.relation = relation(access, lock);
}

bool AccessTable::isOfWholeRecord(const Datum& datum, const SharedAccess& access) const {
    return datum.field != ir::kNone &&
           std::ranges::none_of(*access.locations,
                                [&](LocationId location) {
                                    const LocationId part = p_.pointsTo->member(location);
                                    return p_.pointsTo->parent(part) != kNoId &&
                                           p_.pointsTo->step(part).index == datum.field;
                                }) &&
           !access.locations->empty();
}

/// Whether the object is the one that a constructor makes or a destructor ends; what a copy is made of is not.
bool AccessTable::isUnderConstruction(FunctionId function, ExprId owner) const {
    const ir::Function& code = p_.function(function);
    return (code.isConstructor || code.isDestructor) && (*p_.exprs)[owner] == Expr{ExprKind::parameter, 0};
}

/// A function that gives back a lock which it has not taken wants it held on entry, whether or not a caller was seen to do so. Nobody
/// calls `main`: it has forgotten to take a lock that it takes on another path.
void AccessTable::addOwed(FunctionId function, const Point& point, std::vector<EntryLock>& locks) const {
    for (const ReleaseFact& release : p_.facts[function].releases) {
        if (release.kind != ReleaseKind::entry || release.lock == kNoExpr)
            continue;
        const bool isForgotten = p_.function(function).isMain &&
                                 std::ranges::any_of(p_.facts[function].acquires, [&](const AcquireFact& acquire) {
                                     return acquire.lock == release.lock && !acquire.via;
                                 });
        if (isForgotten)
            continue;
        const bool isGone =
            std::ranges::any_of(point.held, [&](const Held& held) { return held.lock == release.lock; });
        const bool isKnown =
            std::ranges::any_of(locks, [&](const EntryLock& lock) { return lock.lock == release.lock; });
        if (!isGone && !isKnown)
            locks.push_back({release.lock, function, false, false, release.at});
    }
}

/// A lock in the vocabulary of the context's own function is where the callers of that context say.
const LockInfo& AccessTable::infoOf(const EntryLock& lock, const Context& context) {
    const FunctionId scope = lock.scope == kNoId ? context.function : lock.scope;
    const bool isOwn = scope == context.function;
    std::vector<LocationId> locations =
        isOwn ? p_.exprLocations->in(context, lock.lock) : locationsOf(p_, scope, lock.lock);
    auto [entry, isNew] = lockInfos_.try_emplace({lock.lock, &internIds(std::move(locations))});
    LockInfo& info = entry->second;
    if (!isNew)
        return info;
    info.locations = *entry->first.second;
    const Expr& e = (*p_.exprs)[lock.lock];
    if (e.kind == ExprKind::field)
        info.field = e.b;
    info.named = lockOwners_.fieldOf(lock.lock, info.locations);
    info.owners = lockOwners_.of(lock.lock);
    info.isAbsolute = (*p_.exprs)[withoutParts(*p_.exprs, lock.lock)].kind == ExprKind::global;
    info.isLocal = e.kind == ExprKind::local;
    info.isOnceFlag = lock.where && p_.instr(lock.where).op == ir::Op::once;
    const bool isSomeElement = throughVariableIndex(*p_.exprs, lock.lock);
    info.isInstance = !info.isAbsolute && std::ranges::all_of(info.locations, [&](LocationId location) {
        const Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(location));
        return object.kind == ObjectKind::foreign ||
               (object.kind == ObjectKind::heap &&
                (isSomeElement ||
                 !(singles_.runsOnce(object.site) || soleHolders_.isHeldByOne(p_.pointsTo->objectOf(location)))));
    });
    return info;
}

std::string AccessTable::describe(const Datum& datum) const {
    return datum.isDescriptor ? nameOf(datum) + " (the descriptor)" : nameOf(datum);
}

std::string AccessTable::nameOf(const Datum& datum) const {
    if (datum.field != ir::kNone) {
        const ir::Field& field = p_.code.fields[datum.field];
        auto record = std::ranges::find(p_.code.records, field.record, &ir::Record::usr);
        if (field.name == ir::kVirtualTable && record != p_.code.records.end())
            return "virtual table of " + record->name;
        return record == p_.code.records.end() || record->name.empty() || record->isLambda
                   ? field.name
                   : record->name + "::" + field.name;
    }
    const Object& object = p_.pointsTo->object(datum.object);
    if (object.kind == ObjectKind::global)
        return p_.code.globals[object.index].name;
    if (object.kind == ObjectKind::local)
        return p_.code.functions[object.index].locals[object.sub].name;
    if (object.kind == ObjectKind::foreign) {
        auto record = std::ranges::find(p_.code.records, object.record, &ir::Record::usr);
        return record == p_.code.records.end() || record->name.empty() ? "memory from elsewhere" : "*" + record->name;
    }
    return "memory allocated here";
}

} // namespace deadheat::link
