// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accesses to shared memory in the contexts in which they run, grouped by the datum they touch, with the questions a race
// check asks about two of them. Lockset reasoning after Eraser (Savage et al., 1997) and RELAY (Voung, Jhala, Lerner, 2007).
#pragma once

#include "analyzer/link/initialisations.h"
#include "analyzer/link/lock_owners.h"
#include "analyzer/link/parallel.h"
#include "analyzer/link/program.h"
#include "analyzer/link/single_runs.h"
#include "analyzer/link/sole_holders.h"
#include "analyzer/link/start_locks.h"
#include "analyzer/link/waiting_bases.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace deadheat::link {

/// What is known of a lock expression, whoever holds it.
struct LockInfo {
    std::vector<LocationId> locations; ///< may be empty: unknown
    std::vector<ir::Index> owners;     ///< the records that it is a member of
    ir::Index field = ir::kNone;       ///< the lock is this field of some object
    ir::Index named = ir::kNone;       ///< ... the field that says which lock of its kind it is (lock_owners.h)
    bool isAbsolute = false;           ///< one lock in the whole program
    bool isOnceFlag = false;           ///< what runs once has happened for all who come later: no guard
    bool isLocal = false;              ///< a variable of the function that takes it
    bool isInstance = false;           ///< a member of an object that may exist many times
};

/// Where a lock lies as seen from the datum accessed: "conn->lock" for "conn->state". Two accesses of one datum with the same
/// relation hold the same lock.
struct LockRelation {
    std::uint32_t id = 0;    ///< 0: nothing in common
    std::uint32_t shape = 0; ///< the same, whatever constant indices it goes through
    std::uint32_t datum = 0; ///< how the datum is chosen by indices, where variables do; 0 otherwise
    bool byIndex = false;    ///< the lock is chosen by an index that also chooses the datum: `locks[i]` for `slots[i]`
    bool ownIndex = false;   ///< the lock is chosen by an index that has no part in choosing the datum, or is not known
};

/// A lock held at an access. `info` lives as long as the table.
struct HeldLock {
    EntryLock lock;
    const LockInfo* info = nullptr;
    LockRelation relation; ///< to the datum that the access is of
};

/// One access in one context (contexts that do not differ for it are folded). The pointers live as long as the table.
struct SharedAccess {
    ContextId context = kNoId;
    InstrRef at;
    InstrRef place;              ///< in `function`: the access, or the call of a small function that makes it
    FunctionId function = kNoId; ///< whose vocabulary `fact` is in
    const AccessFact* fact = nullptr;
    const std::vector<LocationId>* locations = nullptr; ///< shared ones only; empty: unknown object
    const std::vector<LocationId>* posted = nullptr;
    const std::vector<LocationId>* waited = nullptr;
    const std::vector<SpawnId>* live = nullptr;
    const std::vector<Acquisition>* acquired = nullptr;
    const std::vector<ir::Index>* making = nullptr; ///< as in Context
    std::vector<HeldLock> locks;
    ExprId address = kNoExpr; ///< the fact's, with what the context knows to be constant
    RootId root = 0;
    FunctionId task = kNoId;     ///< as in Context
    bool distinct = false;       ///< on an object that differs from thread to thread of the same root
    bool indexed = false;        ///< an element of an array, chosen by a variable
    bool singleThreaded = false; ///< no other thread can be alive (closed world)
    bool locksUnknown = false;  ///< callers that were not seen may hold more locks: none of them is known to be missing
    bool ofWholeRecord = false; ///< to the record that the datum is a member of
    bool initialises = false;   ///< where a flag says that it has not been done yet (initialisations.h)
    bool inConstruction = false; ///< of the object that this constructor or destructor runs for
};

/// What the accesses of a group touch: a field (of any object), or a whole object; or the file descriptor kept there.
struct Datum {
    ir::Index field = ir::kNone;
    ObjectId object = kNoId;
    bool isDescriptor = false;
    auto operator<=>(const Datum&) const = default;
};

/// Whether the address goes through an element chosen by a variable: `args[i].from`.
bool throughVariableIndex(const ExprTable& exprs, ExprId address);

class AccessTable {
public:
    AccessTable(const WholeProgram& program, Parallelism& parallelism);

    /// By datum, in a deterministic order.
    const std::map<Datum, std::vector<SharedAccess>>& groups() const { return groups_; }
    const LockOwners& lockOwners() const { return lockOwners_; }

    bool mayAlias(const SharedAccess& a, const SharedAccess& b) const;
    bool mayRunInParallel(const SharedAccess& a, const SharedAccess& b);
    /// Whether two threads of one root, which do the accesses, have an object each, as they have not got it from outside; or an element.
    bool haveOneEach(const SharedAccess& a, const SharedAccess& b);
    /// Whether any two of the group may run in parallel; a quick no.
    bool mayRace(const std::vector<SharedAccess>& group);
    /// Whether a hand-over (flag, semaphore, future, barrier, once) orders the two.
    bool areOrdered(const SharedAccess& a, const SharedAccess& b) const;

    enum class Protection { none, sharedOnly, possible, certain };
    /// By a common lock; `sharedOnly`: both hold it in shared mode only.
    Protection commonLock(const SharedAccess& a, const SharedAccess& b);
    /// A quick yes where both hold the same global lock exclusively, for which `commonLock` is `certain`.
    bool shareGlobalLock(const SharedAccess& a, const SharedAccess& b) const;
    LockRelation relation(const SharedAccess& access, const HeldLock& lock);
    /// Whether the access is made for an object that is just being made or destroyed, and the lock belongs to such an object: nobody
    /// else holds it then. What is global outlives them.
    bool isWithOwner(const SharedAccess& access, const HeldLock& lock) const;

    std::string describe(const Datum& datum) const;
    const WholeProgram& program() const { return p_; }

private:
    std::string nameOf(const Datum& datum) const;
    void collect(FunctionId function);
    void collect(FunctionId function, const AccessFact& fact);
    std::vector<LocationId> allLocations(FunctionId function, const AccessFact& fact) const;
    /// Where one access goes.
    struct Places {
        const std::vector<LocationId>* locations = nullptr;
        std::vector<Datum> data;
        bool areAllPrivate = false;
    };
    Places placesOf(const AccessFact& fact, const std::vector<LocationId>& all);
    std::vector<LocationId> firstElements(const std::vector<LocationId>& targets) const;
    void add(ContextId context, const AccessFact& fact, const Places& places);
    bool isByteWithin(const ir::Global& variable, ExprId address) const;
    bool isByInitialiserOf(const SharedAccess& access) const;
    std::vector<Datum> dataOf(const AccessFact& fact, const std::vector<LocationId>& locations) const;
    bool isThroughNull(const Context& context, ExprId address) const;
    ExprId withConstants(const Context& context, ExprId address) const;
    const LockInfo& infoOf(const EntryLock& lock, const Context& context);
    LockRelation computeRelation(ExprId datum, ExprId lock);
    /// A lock held at an access, with all that tells whether it is the lock of another one.
    struct Hold {
        const SharedAccess& access;
        const HeldLock& lock;
        LockRelation relation;
    };
    Protection protection(const Hold& a, const Hold& b) const;
    bool areSurelyOthers(const Hold& a, const Hold& b) const;
    bool mayBeSeveral(const Hold& hold) const;
    bool isOfHolder(const Hold& hold) const;
    bool isOneDatum(const SharedAccess& access) const;
    ExprId lockByRelation(const Hold& like, const SharedAccess& access) const;
    std::vector<LocationId> sharedLocations(const AccessFact& fact, const std::vector<LocationId>& all) const;
    void collectPosters();
    void collectCounting();
    bool hasCounted(const SharedAccess& first, LocationId signal) const;
    bool isGlobalDatum(const SharedAccess& access) const;
    bool isUnderConstruction(FunctionId function, ExprId owner) const;
    void addOwed(FunctionId function, const Point& point, std::vector<EntryLock>& locks) const;
    bool runsOncePerObject(const SharedAccess& a, const SharedAccess& b) const;
    bool isReadyBefore(const SharedAccess& prepares, const SharedAccess& own) const;
    bool isOfWholeRecord(const Datum& datum, const SharedAccess& access) const;
    ir::Index threadLocalPointer(const SharedAccess& access) const;
    void collectThreadLocalStores();
    std::vector<ObjectId> targetsOfThreadLocal(ir::Index pointer, RootId root) const;
    bool haveOneEachByThreadLocal(const SharedAccess& a, const SharedAccess& b) const;
    bool namesThreadLocal(const SharedAccess& access) const;
    bool endsOwnRecord(const AccessFact& fact) const;
    void addMembers(const AccessFact& fact, LocationId whole, std::vector<Datum>& data) const;
    bool isMemberWithin(LocationId part, LocationId whole) const;
    template <class Predicate>
    bool anyInOneObject(const std::vector<LocationId>& a, const std::vector<LocationId>& b,
                        const Predicate& holds) const;
    bool mayOverlap(const std::vector<LocationId>& a, const std::vector<LocationId>& b) const;
    bool isPartOfOther(LocationId location, const AccessFact& fact) const;
    bool bytesOverlap(LocationId a, std::uint32_t sizeOfA, LocationId b, std::uint32_t sizeOfB) const;
    bool isElementOfArray(LocationId part, LocationId whole) const;
    bool overlap(LocationId a, LocationId b, bool wide) const;
    bool startsApart(const SharedAccess& a, const SharedAccess& b) const;
    bool excludes(const SharedAccess& access, const HeldLock& lock) const;
    bool takeTurns(const SharedAccess& a, const SharedAccess& b) const;
    bool takeTurnsByIndices(const SharedAccess& a, const SharedAccess& b) const;
    bool handsOver(const SharedAccess& first, const SharedAccess& second) const;
    const std::vector<LocationId>& internIds(std::vector<LocationId> ids);
    /// What a context says of a point. The sets live as long as the program.
    struct Situation {
        const std::vector<SpawnId>* live = nullptr;
        const std::vector<LocationId>* posted = nullptr;
        const std::vector<LocationId>* waited = nullptr;
        const std::vector<Acquisition>* acquired = nullptr;
    };
    Situation situationAt(ContextId id, PointId at);

    /// A hash of 128 bits: two accesses that agree in it are taken for one.
    using Identity = std::pair<std::uint64_t, std::uint64_t>;
    void add(const SharedAccess& access, const Datum& datum, const Identity& identity);

    const WholeProgram& p_;
    Parallelism& parallelism_;
    SingleRuns singles_;
    SoleHolders soleHolders_;
    Initialisations initialisations_;
    std::map<ir::Index, std::vector<std::pair<FunctionId, const ir::Value*>>> threadLocalStores_; ///< by variable
    mutable std::map<std::pair<ir::Index, RootId>, std::vector<ObjectId>> threadLocalTargets_;
    StartLocks startLocks_;
    LockOwners lockOwners_;
    WaitingBases waitingBases_;
    std::map<Datum, std::vector<SharedAccess>> groups_;
    std::map<Datum, std::set<Identity>> seen_; ///< what tells accesses of a group apart
    std::map<Datum, std::unordered_map<std::uint64_t, std::size_t>>
        counts_;                                              ///< how many of a group are alike, by hash of what is
    std::unordered_map<std::uint64_t, Situation> situations_; ///< by context and point of the function at hand
    std::map<std::pair<ExprId, const std::vector<LocationId>*>, LockInfo> lockInfos_; ///< by lock and where it may be
    std::unordered_map<std::uint64_t, LockRelation> relations_;
    std::map<std::vector<std::uint64_t>, std::uint32_t> relationIds_;
    std::map<LocationId, std::vector<RootId>> posters_;
    std::vector<LocationId> awaitedCounts_;              ///< signals of counters that somebody waits for
    std::map<LocationId, std::vector<RootId>> counting_; ///< by such a signal: whose threads count once each
    std::map<RootId, std::vector<char>> fromOutside_;    ///< as asked for
    std::vector<LocationId> barriers_;
};

} // namespace deadheat::link
