// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/start_locks.h"

#include <algorithm>

namespace deadheat::link {

StartLocks::StartLocks(const WholeProgram& program, Parallelism& parallelism)
    : p_(program), parallelism_(parallelism), heldForLife_(program.contexts.roots.size()) {
    // What protects a thread protects those that it starts, as long as they do not outlive the lock: grows until nothing is added.
    for (bool changed = true; changed;) {
        changed = false;
        for (RootId root = kClientRoot + 1; root < heldForLife_.size(); ++root)
            for (const Acquisition& held : heldAtStarts(root))
                if (!contains(heldForLife_[root], held) && !isGivenBackWhileAlive(held, root))
                    changed |= insert(heldForLife_[root], held);
    }
}

/// At all starts of threads of this root, in all situations.
std::vector<Acquisition> StartLocks::heldAtStarts(RootId root) const {
    std::vector<Acquisition> common;
    bool isFirst = true;
    for (SpawnId site : p_.contexts.roots[root].sites) {
        const FunctionId function = p_.spawns.sites[site].function;
        for (const SpawnFact& spawn : p_.facts[function].spawns)
            for (ContextId id : p_.contexts.ofFunction[function]) {
                if (spawn.spawn != site)
                    continue;
                const Context& context = p_.contexts.all[id];
                const Point& point = p_.facts[function].points[spawn.point];
                const RootId starter = rootAtPoint(p_.contexts, context, point);
                std::vector<Acquisition> held = heldForLife_[starter];
                for (const EntryLock& lock : locksAt(context, point))
                    if (!lock.shared && p_.exprs->isAbsolute(lock.lock))
                        insert(held, Acquisition{lock.lock, starter});
                if (isFirst)
                    common = std::move(held);
                else
                    intersect(common, held);
                isFirst = false;
            }
    }
    return common;
}

/// Whether the holder releases the lock, be it to wait, where a thread of `root` may still be running.
bool StartLocks::isGivenBackWhileAlive(const Acquisition& held, RootId root) const {
    auto isAlive = [&](FunctionId function, PointId at) {
        const Point& point = p_.facts[function].points[at];
        return std::ranges::any_of(p_.contexts.ofFunction[function], [&](ContextId id) {
            const Context& context = p_.contexts.all[id];
            return rootAtPoint(p_.contexts, context, point) == held.root &&
                   parallelism_.reaches(p_.contexts.sets->ids[liveAt(p_.contexts, context, point)], root);
        });
    };
    auto mayBeIt = [&](ExprId lock) { return lock == held.lock || lock == kNoExpr || !p_.exprs->isAbsolute(lock); };
    for (FunctionId f = 0; f < p_.facts.size(); ++f) {
        for (const ReleaseFact& release : p_.facts[f].releases)
            if (mayBeIt(release.lock) && isAlive(f, release.point))
                return true;
        for (const WaitFact& wait : p_.facts[f].waits)
            if (mayBeIt(wait.lock) && isAlive(f, wait.point))
                return true;
    }
    return false;
}

bool StartLocks::excludes(const StartSituation& child, const StartSituation& other) const {
    return std::ranges::any_of(heldForLife_[child.root], [&](const Acquisition& held) {
        const bool holdsIt = std::ranges::any_of(
            other.locks, [&](const EntryLock& lock) { return lock.lock == held.lock && !lock.shared; });
        if (holdsIt && other.root != held.root)
            return true;
        return std::ranges::any_of(heldForLife_[other.root], [&](const Acquisition& others) {
            return others.lock == held.lock && others.root != held.root;
        });
    });
}

bool StartLocks::exclude(const StartSituation& a, const StartSituation& b) const {
    return a.root != b.root && (excludes(a, b) || excludes(b, a));
}

/// Whether no thread of `child` can be alive where the starter takes the lock.
bool StartLocks::isTakenBeforeStart(const EntryLock& lock, RootId starter, RootId child) const {
    if (!lock.where)
        return false;
    const FunctionId function = lock.where.function;
    bool isSeen = false;
    for (const AcquireFact& acquire : p_.facts[function].acquires)
        for (ContextId id : p_.contexts.ofFunction[function]) {
            const Context& context = p_.contexts.all[id];
            const Point& point = p_.facts[function].points[acquire.point];
            if (acquire.at != lock.where || rootAtPoint(p_.contexts, context, point) != starter)
                continue;
            isSeen = true;
            if (parallelism_.reaches(p_.contexts.sets->ids[liveAt(p_.contexts, context, point)], child))
                return false;
        }
    return isSeen;
}

bool StartLocks::isGate(const StartSituation& starter, const StartSituation& child) const {
    if (!parallelism_.isAncestor(starter.root, child.root) || parallelism_.selfParallel(starter.root))
        return false;
    return std::ranges::any_of(starter.locks, [&](const EntryLock& lock) {
        const bool isPassed = std::ranges::any_of(child.acquired, [&](const Acquisition& acquired) {
            return acquired.lock == lock.lock && acquired.root != starter.root &&
                   parallelism_.isAncestor(starter.root, acquired.root);
        });
        return isPassed && !lock.shared && isTakenBeforeStart(lock, starter.root, child.root);
    });
}

} // namespace deadheat::link
