// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/race_confidence.h"

#include <algorithm>
#include <set>

namespace deadheat::checks {

using link::SharedAccess;

namespace {

/// Both hold the lock that each object of a class has for itself: they may well work on two objects.
bool holdLockOfOneClass(const SharedAccess& a, const SharedAccess& b) {
    return std::ranges::any_of(a.locks, [&](const link::HeldLock& x) {
        return std::ranges::any_of(b.locks, [&](const link::HeldLock& y) {
            return x.info->isInstance && y.info->isInstance && x.info->field != ir::kNone &&
                   x.info->field == y.info->field;
        });
    });
}

} // namespace

/// Whether both may be on one object of the source: a global, a local, memory mapped to be shared, what is allocated once.
/// A pointer that may point to many objects says nothing of that kind.
bool RaceConfidence::isNamedObject(const SharedAccess& a, const SharedAccess& b) const {
    constexpr std::size_t kFew = 2;
    if (a.locations->size() > kFew || b.locations->size() > kFew)
        return false;
    return std::ranges::any_of(*a.locations, [&](link::LocationId location) {
        const link::Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(location));
        bool named = object.kind == link::ObjectKind::global || object.kind == link::ObjectKind::local ||
                     object.isProcessShared ||
                     (object.kind == link::ObjectKind::heap && singles_.runsOnce(object.site));
        return named && std::ranges::any_of(*b.locations, [&](link::LocationId other) {
                   return p_.pointsTo->objectOf(other) == p_.pointsTo->objectOf(location);
               });
    });
}

bool RaceConfidence::isPublishedHere(const SharedAccess& access) const {
    const link::ExprKind origin = (*p_.exprs)[link::ownerOf(p_, access.address)].kind;
    return access.fact->published && origin != link::ExprKind::parameter;
}

/// The object is what the thread was started with, or the code locks a mutex that belongs to it, or has made it itself and let
/// others know.
bool RaceConfidence::claimsSharing(const SharedAccess& access) {
    if (isPublishedHere(access))
        return true;
    const bool holdsItsLock = std::ranges::any_of(access.locks, [&](const link::HeldLock& lock) {
        const link::LockRelation relation = table_.relation(access, lock);
        return relation.id != 0 && !relation.byIndex;
    });
    if (holdsItsLock)
        return true;
    link::ExprId object = access.address;
    const link::ExprTable& exprs = *p_.exprs;
    while (exprs[object].kind == link::ExprKind::field || exprs[object].kind == link::ExprKind::element)
        object = exprs[object].a;
    bool isEntry = p_.contexts.roots[access.root].entry == access.function;
    return isEntry && exprs[object].kind == link::ExprKind::parameter;
}

/// Who frees or destroys what others made, or may have made, is mostly its last user.
bool RaceConfidence::isEndOfOthers(const SharedAccess& access) const {
    const bool ends = access.fact->ofLock ? access.fact->write : p_.instr(access.fact->at).op == ir::Op::free;
    return ends && (!isPublishedHere(access) || !isOfOneObject(access));
}

/// Whether one access is part of a one-time initialisation, and the other comes later: the thread that makes it has not been started before.
/// What a thread initialises for others says nothing of their order, unless the language does: who comes by a static variable of a function
/// finds it initialised.
bool RaceConfidence::isPrepared(const SharedAccess& initial, const SharedAccess& other) const {
    const bool isStatic = std::ranges::any_of(initial.locks, [&](const link::HeldLock& lock) {
        return lock.lock.where && p_.instr(lock.lock.where).flags.isInit;
    });
    if (!initial.initialises || other.initialises || (initial.root > link::kClientRoot && !isStatic))
        return false;
    const std::vector<link::SpawnId>& live = p_.facts[initial.function].points[initial.fact->point].live;
    return std::ranges::none_of(
        live, [&](link::SpawnId spawn) { return link::contains(p_.contexts.rootsOfSpawn[spawn], other.root); });
}

bool RaceConfidence::isOfOneObject(const SharedAccess& access) const {
    return std::ranges::all_of(*access.locations, [&](link::LocationId location) {
        return p_.pointsTo->objectOf(location) == p_.pointsTo->objectOf(access.locations->front());
    });
}

/// `i = flag ? &data.x : &data.y`: the code itself takes them from one variable.
bool RaceConfidence::isOneVariable(const SharedAccess& access) const {
    if (access.locations->empty() || !isOfOneObject(access))
        return false;
    const link::ObjectKind kind = p_.pointsTo->object(p_.pointsTo->objectOf(access.locations->front())).kind;
    return kind == link::ObjectKind::global || kind == link::ObjectKind::local;
}

std::set<ir::Index> RaceConfidence::membersOf(const SharedAccess& access) const {
    std::set<ir::Index> members;
    for (link::LocationId location : *access.locations)
        if (const link::LocationId part = p_.pointsTo->member(location); p_.pointsTo->parent(part) != link::kNoId)
            members.insert(p_.pointsTo->step(part).index);
    return members;
}

bool RaceConfidence::leadsToManyMembers(const SharedAccess& access) const {
    return membersOf(access).size() > 1 && !isOneVariable(access);
}

/// The pointer may lead to different members, or to many objects that are none: it says little of any of them.
bool RaceConfidence::leadsToMany(const SharedAccess& access) const {
    constexpr std::size_t kMostObjects = 4;
    const std::set<ir::Index> members = membersOf(access);
    std::set<link::ObjectId> objects;
    for (link::LocationId location : *access.locations)
        if (const link::LocationId part = p_.pointsTo->member(location); p_.pointsTo->parent(part) == link::kNoId)
            objects.insert(p_.pointsTo->objectOf(part));
    const std::size_t most = members.empty() || isOneVariable(access) ? kMostObjects : 1;
    return members.size() + objects.size() > most;
}

report::Confidence RaceConfidence::of(const RacyPair& pair) {
    if (isPrepared(*pair.primary, *pair.other) || isPrepared(*pair.other, *pair.primary))
        return report::Confidence::low;
    if (!pair.sameObject || leadsToMany(*pair.primary) || leadsToMany(*pair.other))
        return report::Confidence::low;
    // An object known only by where it was allocated, or not even that, may be another one in each thread.
    bool named = isNamedObject(*pair.primary, *pair.other);
    if (pair.primary->fact->ofDescriptor && !named)
        return report::Confidence::low;
    if (!named && holdLockOfOneClass(*pair.primary, *pair.other))
        return report::Confidence::low;
    if (!named && (isEndOfOthers(*pair.primary) || isEndOfOthers(*pair.other)))
        return report::Confidence::low;
    if (!named && !claimsSharing(*pair.primary) && !claimsSharing(*pair.other))
        return report::Confidence::low;
    bool client = pair.primary->root == link::kClientRoot || pair.other->root == link::kClientRoot;
    return client ? report::Confidence::medium : report::Confidence::high;
}

} // namespace deadheat::checks
