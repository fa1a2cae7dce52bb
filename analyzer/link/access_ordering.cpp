// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether two accesses may happen at the same time, or are kept apart by what is not a lock: starts and joins, hand-overs, objects that
// each thread has for itself.
#include "analyzer/link/accesses.h"
#include "analyzer/link/control_flow.h"
#include "analyzer/link/own_elements.h"
#include "analyzer/link/shared_objects.h"

#include <algorithm>

namespace deadheat::link {

bool AccessTable::mayRace(const std::vector<SharedAccess>& group) {
    if (std::ranges::none_of(group, [](const SharedAccess& access) { return access.fact->write; }))
        return false;
    RootId first = group[0].root;
    bool oneRoot = std::ranges::all_of(group, [&](const SharedAccess& access) { return access.root == first; });
    return !oneRoot || parallelism_.selfParallel(first);
}

/// Both in one task that was made in one place, outside of loops, and on a variable of the function that made it: each call
/// of that function has a variable and a task of its own.
bool AccessTable::runsOncePerObject(const SharedAccess& a, const SharedAccess& b) const {
    if (a.task == kNoId || a.task != b.task || !p_.function(a.task).thisLocal())
        return false;
    const std::vector<LocationId>& closures = locationsOf(p_, a.task, p_.exprs->parameter(0));
    if (closures.size() != 1 || a.locations->size() != 1 || *a.locations != *b.locations)
        return false;
    const Object& closure = p_.pointsTo->object(p_.pointsTo->objectOf(closures[0]));
    const Object& datum = p_.pointsTo->object(p_.pointsTo->objectOf((*a.locations)[0]));
    return closure.kind == ObjectKind::heap && datum.kind == ObjectKind::local &&
           datum.index == closure.site.function &&
           !ControlFlow(p_.function(closure.site.function)).inLoop(closure.site.block);
}

bool AccessTable::haveOneEach(const SharedAccess& a, const SharedAccess& b) {
    if (a.root != b.root || a.root <= kClientRoot || a.locations->empty() || b.locations->empty())
        return false;
    if (mayBeOwnElement(p_, a) && mayBeOwnElement(p_, b))
        return true;
    auto [known, isNew] = fromOutside_.try_emplace(a.root);
    if (isNew)
        known->second = findObjectsFromOutside(p_, a.root);
    const std::vector<char>& fromOutside = known->second;
    auto isOwn = [&](LocationId location) {
        const ObjectId object = p_.pointsTo->objectOf(location);
        return object < fromOutside.size() && !fromOutside[object];
    };
    return std::ranges::all_of(*a.locations, isOwn) || std::ranges::all_of(*b.locations, isOwn);
}

/// Whether `prepares` makes an object ready for the thread that its function then always starts with it, and each thread of `own` has such
/// an object for itself: the one that it has was ready before. That no object is started twice is assumed.
bool AccessTable::isReadyBefore(const SharedAccess& prepares, const SharedAccess& own) const {
    if (!own.distinct)
        return false;
    const FunctionFacts& facts = p_.facts[prepares.function];
    const ExprId object = ownerOf(p_, prepares.fact->address);
    const std::vector<SpawnId>& live = facts.points[prepares.fact->point].live;
    return std::ranges::any_of(facts.spawns, [&](const SpawnFact& spawn) {
        return !contains(live, spawn.spawn) && contains(p_.contexts.rootsOfSpawn[spawn.spawn], own.root) &&
               std::ranges::find(spawn.arguments, object) != spawn.arguments.end() &&
               !mayAvoid(p_.function(prepares.function), prepares.place, {}, {spawn.at});
    });
}

bool AccessTable::isWithOwner(const SharedAccess& access, const HeldLock& lock) const {
    return std::ranges::any_of(lock.info->owners, [&](ir::Index owner) { return contains(*access.making, owner); }) &&
           !isGlobalDatum(access);
}

bool AccessTable::mayRunInParallel(const SharedAccess& a, const SharedAccess& b) {
    auto isOwners = [&](const SharedAccess& one, const SharedAccess& other) {
        return !one.making->empty() &&
               std::ranges::any_of(other.locks, [&](const HeldLock& lock) { return isWithOwner(one, lock); });
    };
    if (isOwners(a, b) || isOwners(b, a))
        return false;
    if (a.root == b.root && a.distinct && b.distinct)
        return false;
    if (isReadyBefore(a, b) || isReadyBefore(b, a))
        return false;
    if (a.root == b.root && runsOncePerObject(a, b))
        return false;
    // The element that a loop prepares for the thread it is about to start, and that thread's own element.
    if (a.distinct && b.indexed && parallelism_.isAncestor(b.root, a.root))
        return false;
    if (b.distinct && a.indexed && parallelism_.isAncestor(a.root, b.root))
        return false;
    auto isPassedOn = [&](const SharedAccess& one, const SharedAccess& other) {
        return one.indexed && !other.indexed && parallelism_.isAncestor(one.root, other.root) &&
               isElementPassedOn(p_, one);
    };
    if (isPassedOn(a, b) || isPassedOn(b, a))
        return false;
    return parallelism_.mayRunInParallel(a.root, *a.live, b.root, *b.live);
}

bool AccessTable::handsOver(const SharedAccess& first, const SharedAccess& second) const {
    for (LocationId signal : *second.waited) {
        if ((signal & (kCountedUp | kCountedDown)) != 0) {
            if (hasCounted(first, signal))
                return true;
            continue;
        }
        if (contains(*first.posted, signal))
            continue;
        if (contains(barriers_, signal))
            return true;
        auto posters = posters_.find(signal);
        bool onlyFirst = posters != posters_.end() && posters->second == std::vector<RootId>{first.root};
        if (onlyFirst && !parallelism_.selfParallel(first.root))
            return true;
    }
    // What runs inside call_once has happened for everybody whose call_once on that flag has returned.
    return std::ranges::any_of(first.locks, [&](const HeldLock& lock) {
        return excludes(first, lock) && lock.info->locations.size() == 1 &&
               contains(*second.waited, lock.info->locations[0]);
    });
}

/// Whether a lock that was held where one of the threads was started keeps the two apart.
bool AccessTable::startsApart(const SharedAccess& a, const SharedAccess& b) const {
    const bool maySayAnything = startLocks_.isUnderLock(a.root) || startLocks_.isUnderLock(b.root) ||
                                (!a.locks.empty() && !b.acquired->empty()) ||
                                (!b.locks.empty() && !a.acquired->empty());
    if (!maySayAnything)
        return false;
    auto situationOf = [](const SharedAccess& access) {
        StartSituation situation{access.root, {}, *access.acquired};
        for (const HeldLock& lock : access.locks)
            situation.locks.push_back(lock.lock);
        return situation;
    };
    const StartSituation x = situationOf(a), y = situationOf(b);
    return startLocks_.exclude(x, y) || startLocks_.isGate(x, y) || startLocks_.isGate(y, x);
}

bool AccessTable::areOrdered(const SharedAccess& a, const SharedAccess& b) const {
    return handsOver(a, b) || handsOver(b, a) || takeTurns(a, b) || takeTurnsByIndices(a, b) || startsApart(a, b);
}

} // namespace deadheat::link
