// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/guards.h"
#include "analyzer/link/declared_guards.h"

#include <algorithm>

namespace deadheat::link {

namespace {

/// Fewer functions than this say nothing about a custom.
constexpr std::size_t kFewFunctions = 3;

/// Locks are compared as classes here: one global lock, or one lock member of one class.
using LockClass = std::pair<bool, std::uint32_t>;

std::vector<LockClass> lockClasses(const SharedAccess& access) {
    std::vector<LockClass> classes;
    for (const HeldLock& lock : access.locks) {
        if ((lock.lock.shared && access.fact->write) || lock.info->isOnceFlag || lock.lock.claim)
            continue;
        if (lock.info->named != ir::kNone)
            insert(classes, LockClass{true, lock.info->named});
        else if (lock.info->isAbsolute)
            insert(classes, LockClass{false, lock.lock.lock});
    }
    return classes;
}

bool counts(const SharedAccess& access) {
    return !access.singleThreaded && !access.inConstruction && !access.ofWholeRecord && !access.fact->isInit &&
           !access.fact->atomic && !access.fact->ofLock && !access.fact->ofDescriptor;
}

struct Site {
    std::vector<const SharedAccess*> accesses;
    std::vector<LockClass> always; ///< held in every context
};

std::map<InstrRef, Site> sitesOf(const std::vector<SharedAccess>& group) {
    std::map<InstrRef, Site> sites;
    for (const SharedAccess& access : group) {
        if (!counts(access))
            continue;
        auto [entry, isNew] = sites.try_emplace(access.place);
        Site& site = entry->second;
        std::vector<LockClass> classes = lockClasses(access);
        if (isNew)
            site.always = classes;
        else
            intersect(site.always, classes);
        site.accesses.push_back(&access);
    }
    return sites;
}

const HeldLock* find(const SharedAccess& access, const LockClass& wanted) {
    for (const HeldLock& lock : access.locks)
        if ((wanted.first && lock.info->named == wanted.second) ||
            (!wanted.first && lock.info->isAbsolute && lock.lock.lock == wanted.second))
            return &lock;
    return nullptr;
}

/// Whether no access that the program's own threads make can meet this one without a common lock: those threads have not started yet,
/// or have been joined. Without threads to be seen nothing is known of them.
bool isAlone(AccessTable& table, const SharedAccess& access, const std::map<InstrRef, Site>& sites) {
    bool threads = false;
    for (const auto& [at, site] : sites)
        for (const SharedAccess* other : site.accesses) {
            threads |= access.root > kClientRoot || other->root > kClientRoot;
            if (!(access.fact->write || other->fact->write) || !table.mayAlias(access, *other) ||
                table.areOrdered(access, *other) ||
                table.commonLock(access, *other) > AccessTable::Protection::sharedOnly)
                continue;
            const bool areClients = access.root == kClientRoot && other->root == kClientRoot;
            if (areClients || table.mayRunInParallel(access, *other))
                return false;
        }
    return threads;
}

/// Whether the function is about to start threads, which it does not do while any of them is there: what they share is prepared.
bool preparesThreads(const WholeProgram& program, const SharedAccess& access) {
    const FunctionFacts& facts = program.facts[access.function];
    std::vector<SpawnId> started;
    for (const Outcome& outcome : facts.summary.outcomes)
        unite(started, outcome.live);
    const std::vector<SpawnId>& live = facts.points[access.fact->point].live;
    return !started.empty() && std::ranges::none_of(started, [&](SpawnId spawn) { return contains(live, spawn); });
}

InferredGuard judge(AccessTable& table, const Datum& datum, const std::map<InstrRef, Site>& sites,
                    const LockClass& candidate, std::string declared = {}) {
    InferredGuard guard;
    guard.datum = datum;
    guard.declared = std::move(declared);
    std::vector<const HeldLock*> locks;
    for (const auto& [at, site] : sites)
        if (contains(site.always, candidate))
            locks.push_back(find(*site.accesses[0], candidate));
    auto isWithOwner = [&](const SharedAccess& access) {
        return !access.making->empty() &&
               std::ranges::any_of(locks, [&](const HeldLock* lock) { return table.isWithOwner(access, *lock); });
    };
    for (const auto& [at, site] : sites) {
        if (contains(site.always, candidate)) {
            guard.with.push_back(site.accesses[0]);
            guard.lock = *find(*site.accesses[0], candidate);
            guard.writtenWith |= site.accesses[0]->fact->write;
            guard.samePlace |= table.relation(*site.accesses[0], guard.lock).id != 0;
            continue;
        }
        auto lacks = std::ranges::find_if(site.accesses, [&](const SharedAccess* access) {
            return !access->locksUnknown && !access->initialises && !find(*access, candidate) &&
                   !isWithOwner(*access) && !preparesThreads(table.program(), *access);
        });
        if (lacks != site.accesses.end()) {
            guard.without.push_back(*lacks);
            guard.allWritesWith &= !(*lacks)->fact->write;
        }
    }
    // The same member of another object (an Options of the caller's, a copy) has nothing to do with the guard.
    auto isElsewhere = [&](const SharedAccess* access) {
        return std::ranges::none_of(guard.with,
                                    [&](const SharedAccess* held) { return table.mayAlias(*access, *held); });
    };
    if (guard.declared.empty())
        std::erase_if(guard.without, isElsewhere);
    std::erase_if(guard.without, [&](const SharedAccess* access) { return isAlone(table, *access, sites); });
    guard.allWritesWith &= guard.writtenWith;
    return guard;
}

/// The lock that the source names, as the class that votes are given to. A variable is known by some access that holds it.
LockClass classOf(const WholeProgram& program, const DeclaredGuard& declared, const std::map<InstrRef, Site>& sites) {
    if (declared.field != ir::kNone)
        return {true, declared.field};
    const Expr wanted{ExprKind::global, declared.global};
    for (const auto& [at, site] : sites)
        for (const LockClass& lock : site.always)
            if (!lock.first && (*program.exprs)[program.exprs->root(lock.second)] == wanted)
                return lock;
    return {false, kNoExpr};
}

} // namespace

double InferredGuard::share() const {
    std::vector<FunctionId> holding, lacking;
    for (const SharedAccess* access : without)
        insert(lacking, access->function);
    for (const SharedAccess* access : with)
        if (!contains(lacking, access->function))
            insert(holding, access->function);
    auto part = [](std::size_t of, std::size_t others) {
        return static_cast<double>(of) / static_cast<double>(of + others);
    };
    const double ofAccesses = part(with.size(), without.size());
    return holding.size() < kFewFunctions ? ofAccesses : std::max(ofAccesses, part(holding.size(), lacking.size()));
}

std::vector<InferredGuard> inferGuards(AccessTable& table) {
    std::vector<InferredGuard> guards;
    for (const auto& [datum, group] : table.groups()) {
        std::map<InstrRef, Site> sites = sitesOf(group);
        bool written =
            std::ranges::any_of(sites, [](const auto& site) { return site.second.accesses[0]->fact->write; });
        if (!written)
            continue;
        if (const auto declared = findDeclaredGuard(table.program(), datum)) {
            std::erase_if(sites, [&](const auto& site) {
                return leavesLocksToCallers(table.program().function(site.second.accesses[0]->at.function));
            });
            guards.push_back(judge(table, datum, sites, classOf(table.program(), *declared, sites), declared->name));
            continue;
        }
        std::map<LockClass, std::size_t> votes;
        for (const auto& [at, site] : sites)
            for (const LockClass& lock : site.always)
                ++votes[lock];
        if (votes.empty())
            continue;
        auto best = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
        guards.push_back(judge(table, datum, sites, best->first));
    }
    return guards;
}

} // namespace deadheat::link
