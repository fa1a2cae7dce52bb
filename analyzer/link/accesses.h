// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accesses to shared memory in the contexts in which they run, grouped by the datum they touch, with the questions a race
// check asks about two of them. Lockset reasoning after Eraser (Savage et al., 1997) and RELAY (Voung, Jhala, Lerner, 2007).
#pragma once

#include "analyzer/link/parallel.h"
#include "analyzer/link/program.h"

#include <map>
#include <string>
#include <vector>

namespace deadheat::link {

/// A lock held at an access, with what may identify it there.
struct HeldLock {
    EntryLock lock;
    std::vector<LocationId> locations; ///< may be empty: unknown
    ir::Index field = ir::kNone;       ///< the lock is this field of some object
    /// Where the lock lies as seen from the object accessed ("conn->lock" for "conn->state"): the steps from the last common
    /// object to the datum and to the lock. Empty when they have nothing in common.
    std::string relation;
    bool isAbsolute = false;           ///< one lock in the whole program
    bool isInstance = false;           ///< a member of an object that may exist many times
};

/// One access in one context (contexts that do not differ for it are folded).
struct SharedAccess {
    ContextId context = kNoId;
    InstrRef at;
    const AccessFact* fact = nullptr;
    std::vector<LocationId> locations; ///< shared ones only; empty: unknown object
    std::vector<HeldLock> locks;
    Parallelism::Place place;
    std::vector<LocationId> posted, waited;
    bool distinct = false;             ///< on an object that differs from thread to thread of the same root
    bool singleThreaded = false;       ///< no other thread can be alive (closed world)
    bool inConstruction = false;       ///< in a constructor or destructor of the object's class
};

/// What the accesses of a group touch: a field (of any object), or a whole object.
struct Datum {
    ir::Index field = ir::kNone;
    ObjectId object = kNoId;
    auto operator<=>(const Datum&) const = default;
};

class AccessTable {
public:
    AccessTable(const WholeProgram& program, Parallelism& parallelism);

    const std::map<Datum, std::vector<SharedAccess>>& groups() const { return groups_; }

    bool mayAlias(const SharedAccess& a, const SharedAccess& b) const;
    bool mayRunInParallel(const SharedAccess& a, const SharedAccess& b);
    /// Whether a hand-over (flag, semaphore, future, barrier, once) orders the two.
    bool areOrdered(const SharedAccess& a, const SharedAccess& b) const;

    enum class Protection { none, sharedOnly, possible, certain };
    /// By a common lock; `sharedOnly`: both hold it in shared mode only.
    Protection commonLock(const SharedAccess& a, const SharedAccess& b) const;

    std::string describe(const Datum& datum) const;

private:
    void collect(FunctionId function);
    void add(ContextId context, const AccessFact& fact, const std::vector<LocationId>& locations);
    std::vector<HeldLock> locksOf(const Context& context, const Point& point, FunctionId function, ExprId address) const;
    std::string relation(ExprId datum, ExprId lock) const;
    std::vector<LocationId> sharedLocations(const AccessFact& fact) const;
    std::vector<LocationId> syncLocations(FunctionId function, const std::vector<ExprId>& objects, bool must) const;
    void collectPosters();
    LocationId canonical(LocationId location) const;
    bool overlap(LocationId a, LocationId b) const;
    bool handsOver(const SharedAccess& first, const SharedAccess& second) const;

    const WholeProgram& p_;
    Parallelism& parallelism_;
    std::map<Datum, std::vector<SharedAccess>> groups_;
    std::map<LocationId, std::vector<RootId>> posters_;
    std::vector<LocationId> barriers_;
};

} // namespace deadheat::link
