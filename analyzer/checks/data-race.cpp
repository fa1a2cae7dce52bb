// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// data-race: two accesses to the same memory, one of them a write, that may run at the same time with no common lock
// (closed world); or a datum whose guard most of its accesses hold and this one does not (open world).
#include "analyzer/checks/describe.h"
#include "analyzer/checks/race_confidence.h"
#include "analyzer/link/guards.h"
#include "analyzer/link/lock_windows.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <span>

namespace deadheat::checks {

namespace {

using link::AccessTable;
using link::SharedAccess;

constexpr const char* kWrongLock = "wrong-lock";
constexpr const char* kSplitUpdate = "split-update";

/// More functions than this are not named.
constexpr std::size_t kMaxNotes = 8;

class DataRace {
public:
    DataRace(Subject& subject, Findings& findings)
        : subject_(subject), p_(subject.program), table_(subject.accesses()), confidence_(p_, table_),
          findings_(findings) {}

    void run() {
        for (const auto& [datum, group] : table_.groups())
            closedWorld(datum, group);
        for (const link::InferredGuard& guard : link::inferGuards(table_))
            openWorld(guard);
    }

private:
    bool conflict(const SharedAccess& a, const SharedAccess& b) const {
        if (!a.fact->write && !b.fact->write)
            return false;
        return !(a.fact->atomic && b.fact->atomic) || (isSplit(a) && b.fact->write) || (isSplit(b) && a.fact->write);
    }

    bool isSplit(const SharedAccess& access) const { return p_.instr(access.fact->at).flags.split; }

    /// Between processes only memory that was mapped as shared is common.
    bool acrossProcesses(const SharedAccess& a, const SharedAccess& b) const {
        auto process = [&](link::RootId root) { return p_.contexts.roots[root].kind == link::RootKind::process; };
        return (process(a.root) || process(b.root)) && !(a.root == b.root && !process(a.root));
    }

    /// A volatile variable is read and written when the source says so, which is enough for a handler and the thread that it interrupts.
    /// That handlers interrupt each other is not assumed, nor that one comes after the program has closed what it uses.
    bool isSafeInHandlers(const SharedAccess& a, const SharedAccess& b) const {
        auto isSignal = [&](const SharedAccess& x) { return p_.contexts.roots[x.root].kind == link::RootKind::signal; };
        auto isVolatile = [&](const SharedAccess& x) { return p_.instr(x.fact->at).flags.isVolatile; };
        const bool areBoth = isSignal(a) && isSignal(b), isDescriptor = a.fact->ofDescriptor || b.fact->ofDescriptor;
        return areBoth || ((isSignal(a) || isSignal(b)) && isDescriptor) ||
               ((isSignal(a) || isSignal(b)) && isVolatile(a) && isVolatile(b));
    }

    bool isProcessShared(const SharedAccess& access) const {
        return std::ranges::any_of(*access.locations, [&](link::LocationId location) {
            return p_.pointsTo->object(p_.pointsTo->objectOf(location)).isProcessShared;
        });
    }

    /// Two functions for unknown callers that both take a global lock to touch one global: they expect each other.
    bool claimConcurrency(const SharedAccess& a, const SharedAccess& b) const {
        auto isGuarded = [](const SharedAccess& access) {
            return access.root == link::kClientRoot && !access.locks.empty() && !access.inConstruction &&
                   std::ranges::all_of(access.locks, [](const link::HeldLock& lock) {
                       return lock.info->isAbsolute && !lock.info->isOnceFlag;
                   });
        };
        return a.function != b.function && isGuarded(a) && isGuarded(b) && isGlobal(a) && isGlobal(b);
    }

    bool isGlobal(const SharedAccess& access) const {
        return p_.exprs->isAbsolute(access.address) && !access.indexed &&
               (*p_.exprs)[access.address].kind == link::ExprKind::global;
    }

    bool races(const SharedAccess& a, const SharedAccess& b, RacyPair& pair) {
        if (!conflict(a, b) || a.locksUnknown || b.locksUnknown || table_.shareGlobalLock(a, b))
            return false;
        pair.openWorld = claimConcurrency(a, b) && !table_.mayRunInParallel(a, b);
        if (!(pair.openWorld || table_.mayRunInParallel(a, b)) || !table_.mayAlias(a, b) || table_.areOrdered(a, b) ||
            table_.haveOneEach(a, b))
            return false;
        if (isSafeInHandlers(a, b) || (acrossProcesses(a, b) && !(isProcessShared(a) && isProcessShared(b))))
            return false;
        const bool isOfLock = a.fact->ofLock || b.fact->ofLock;
        const bool mayHaveOneEach = a.indexed || b.indexed;
        if (isOfLock && (pair.openWorld || mayHaveOneEach || awaits(a, b) || awaits(b, a)))
            return false;
        pair.protection = table_.commonLock(a, b);
        bool sharedWrite = pair.protection == AccessTable::Protection::sharedOnly;
        if (pair.protection > AccessTable::Protection::none && !sharedWrite)
            return false;
        pair.sameObject = !a.locations->empty() && !b.locations->empty();
        // The access with fewer locks is the one to look at; between equals the write, then the later one.
        auto rank = [&](const SharedAccess& x) {
            return std::tuple(a.fact->atomic && b.fact->atomic && !isSplit(x), x.fact->isInit, x.locks.size(),
                              !x.fact->write, x.fact->atomic);
        };
        bool aFirst = rank(a) < rank(b) || (rank(a) == rank(b) && b.at < a.at);
        pair.primary = aFirst ? &a : &b;
        pair.other = aFirst ? &b : &a;
        return true;
    }

    /// Whether who ends a lock waits, under the lock of a condition, for something that the user of the lock does under it too: by
    /// custom for its last use.
    bool awaits(const SharedAccess& end, const SharedAccess& use) const {
        if (!end.fact->write)
            return false;
        std::vector<link::LocationId> underUse;
        if (p_.instr(use.fact->at).op == ir::Op::acquire)
            underUse = *use.locations;
        for (const link::HeldLock& lock : use.locks)
            link::unite(underUse, lock.info->locations);
        return std::ranges::any_of(p_.facts[end.function].waits, [&](const link::WaitFact& wait) {
            return wait.lock != link::kNoExpr &&
                   std::ranges::any_of(link::locationsOf(p_, end.function, wait.lock),
                                       [&](link::LocationId location) { return link::contains(underUse, location); });
        });
    }

    void closedWorld(const link::Datum& datum, const std::vector<SharedAccess>& group) {
        if (std::ranges::none_of(group, [](const SharedAccess& access) { return access.fact->write; }))
            return;
        const bool isOpen = group[0].root == link::kClientRoot && isGlobal(group[0]);
        if (!table_.mayRace(group) && !isOpen)
            return;
        std::map<link::FunctionId, RacyPair> byFunction;
        bool anyLock = false;
        for (std::size_t i = 0; i < group.size(); ++i)
            for (std::size_t j = i; j < group.size(); ++j) {
                RacyPair pair{};
                if (!races(group[i], group[j], pair))
                    continue;
                anyLock |= !group[i].locks.empty() || !group[j].locks.empty();
                auto [entry, isNew] = byFunction.try_emplace(pair.primary->function, pair);
                if (!isNew && better(pair, entry->second))
                    entry->second = pair;
            }
        if (byFunction.empty())
            return;
        // Without any lock the datum as a whole is the defect: one finding for each object, at the best pair.
        std::map<std::vector<link::LocationId>, RacyPair> byObject;
        std::vector<RacyPair> underTwoLocks;
        for (const auto& [function, pair] : byFunction) {
            if (variant(datum, pair) == kWrongLock) {
                underTwoLocks.push_back(pair);
                continue;
            }
            if (anyLock) {
                reportRace(datum, pair, {});
                continue;
            }
            auto [entry, isNew] = byObject.try_emplace(*pair.primary->locations, pair);
            if (!isNew && better(pair, entry->second))
                entry->second = pair;
        }
        for (const auto& [object, pair] : byObject)
            reportRace(datum, pair, {});
        reportTwoLocks(datum, underTwoLocks);
    }

    /// A datum that is kept under two locks is one defect, however many functions take part.
    void reportTwoLocks(const link::Datum& datum, std::vector<RacyPair>& pairs) {
        if (pairs.empty())
            return;
        auto isClearer = [&](const RacyPair& a, const RacyPair& b) {
            const report::Confidence left = confidence_.of(a), right = confidence_.of(b);
            return left != right ? left > right : better(a, b);
        };
        std::ranges::stable_sort(pairs, isClearer);
        if (confidence_.of(pairs.front()) > report::Confidence::low)
            underTwoLocks_.insert(datum);
        reportRace(datum, pairs.front(), std::span(pairs).subspan(1));
    }

    /// Whether `a` makes the clearer argument.
    static bool better(const RacyPair& a, const RacyPair& b) {
        auto rank = [](const RacyPair& pair) {
            bool differentPlaces = pair.primary->at != pair.other->at;
            return std::tuple(pair.sameObject, pair.primary->fact->write, differentPlaces, pair.primary->at);
        };
        auto [sa, wa, da, aa] = rank(a);
        auto [sb, wb, db, ab] = rank(b);
        return std::tuple(sa, wa, da) != std::tuple(sb, wb, db) ? std::tuple(sa, wa, da) > std::tuple(sb, wb, db)
                                                                : aa < ab;
    }

    /// The beginning or end of a lock against its use.
    static bool isOfLock(const RacyPair& pair) { return pair.primary->fact->ofLock || pair.other->fact->ofLock; }

    bool isOfVirtualTable(const SharedAccess& access) const {
        const ir::Instr& instr = p_.instr(access.fact->at);
        if (!instr.flags.implicit || instr.operands.empty() || instr.operands[0].place.steps.empty())
            return false;
        const ir::Step& last = instr.operands[0].place.steps.back();
        return last.kind == ir::StepKind::field && p_.code.fields[last.index].name == ir::kVirtualTable;
    }

    std::string variant(const link::Datum& datum, const RacyPair& pair) const {
        const ir::Instr& instr = p_.instr(pair.primary->at);
        if (isOfLock(pair))
            return "lock-lifetime";
        if (pair.primary->fact->ofDescriptor)
            return "descriptor";
        if (isOfVirtualTable(*pair.primary))
            return "virtual-call";
        if (pair.protection == AccessTable::Protection::sharedOnly)
            return "write-under-shared-lock";
        if (pair.primary->fact->atomic != pair.other->fact->atomic)
            return "mixed-atomic";
        if (pair.primary->fact->atomic)
            return kSplitUpdate;
        if (!pair.primary->locks.empty() && !pair.other->locks.empty())
            return kWrongLock;
        if (!pair.other->locks.empty())
            return "missing-lock";
        if (instr.flags.isVolatile)
            return "volatile";
        bool staticLocal = false;
        if (datum.object != link::kNoId) {
            const link::Object& object = p_.pointsTo->object(datum.object);
            staticLocal = object.kind == link::ObjectKind::global && p_.code.globals[object.index].isStaticLocal;
        }
        return staticLocal ? "static-local" : "unsynchronised";
    }

    std::string verb(const SharedAccess& access) const {
        const ir::Op op = p_.instr(access.fact->at).op;
        if (op == ir::Op::free)
            return "freed";
        if (access.fact->ofDescriptor)
            return access.fact->write ? "closed" : "used";
        if (access.fact->ofLock)
            return !access.fact->write ? "used" : op == ir::Op::lockDestroy ? "destroyed" : "initialised";
        if (isOfVirtualTable(access))
            return !access.fact->write   ? "used by a virtual call"
                   : access.fact->isInit ? "set to the derived class's"
                                         : "set back to the base's";
        if (access.fact->write && access.fact->read)
            return "modified";
        return access.fact->write ? "written" : "read";
    }

    std::vector<std::string> lockNames(const SharedAccess& access) const {
        std::vector<std::string> names;
        for (const link::HeldLock& lock : access.locks)
            names.push_back("'" + nameLock(p_, lock.lock.lock, lock.lock.scope) + "'");
        return names;
    }

    std::string lockClause(const SharedAccess& access) const {
        std::vector<std::string> names = lockNames(access);
        return names.empty() ? "with no lock held" : "holding " + listOf(names);
    }

    report::Trace trace(const SharedAccess& access) const {
        report::Trace trace;
        trace.title = describeRoot(p_, access.root);
        trace.steps = callPath(p_, access.context);
        for (const link::HeldLock& lock : access.locks)
            trace.steps.push_back(
                stepAt(p_, lock.lock.where, fmt::format("'{}' taken", spellLock(p_, lock.lock.lock, lock.lock.scope))));
        if (access.place != access.at)
            trace.steps.push_back(
                stepAt(p_, access.place, fmt::format("calls '{}'", p_.function(access.at.function).name)));
        trace.steps.push_back(stepAt(p_, access.at, fmt::format("{} {}", verb(access), lockClause(access))));
        for (const link::HeldLock& lock : access.locks)
            trace.locksHeld.push_back(spellLock(p_, lock.lock.lock, lock.lock.scope));
        return trace;
    }

    /// `more`: the same defect in other functions.
    void reportRace(const link::Datum& datum, const RacyPair& pair, std::span<const RacyPair> more) {
        const SharedAccess &a = *pair.primary, &b = *pair.other;
        std::string name = table_.describe(datum);
        report::Finding finding;
        finding.rule = "data-race";
        finding.variant = variant(datum, pair);
        finding.level = report::Level::error;
        finding.confidence = confidence_.of(pair);
        finding.world = pair.openWorld ? report::World::open : report::World::closed;
        finding.subject = name;
        finding.location = locate(p_, a.at);
        std::string where = a.at == b.at
                                ? "several threads run this at the same time"
                                : fmt::format("{} in {}, {}", verb(b), describeRoot(p_, b.root), lockClause(b));
        finding.message =
            finding.variant == kSplitUpdate
                ? fmt::format("'{}' is loaded and stored here in two steps: what is stored in between is lost; {}",
                              name, where)
                : fmt::format("data race on '{}': {} here {}; {}", name, verb(a), lockClause(a), where);
        if (a.at != b.at)
            finding.notes.push_back(stepAt(p_, b.at, fmt::format("{} here {}", verb(b), lockClause(b))));
        for (const RacyPair& other : more.first(std::min(more.size(), kMaxNotes)))
            finding.notes.push_back(
                stepAt(p_, other.primary->at,
                       fmt::format("also {} here {}", verb(*other.primary), lockClause(*other.primary))));
        finding.traces = {trace(a), trace(b)};
        emitRace(a.at, std::move(finding));
    }

    /// One finding for an access that may be to several objects, or to all members of a record: the most certain one.
    void emitRace(link::InstrRef at, report::Finding finding) {
        const auto known = races_.find(at);
        if (known == races_.end()) {
            if (emit(std::move(finding)))
                races_[at] = findings_.size() - 1;
        } else if (findings_[known->second].confidence < finding.confidence) {
            findings_[known->second] = std::move(finding);
        }
    }

    void openWorld(const link::InferredGuard& guard) {
        const bool isDeclared = !guard.declared.empty();
        bool enough =
            guard.with.size() >= 2 && guard.share() >= (guard.allWritesWith ? 0.5 : 0.6) && !guard.without.empty();
        if (!isDeclared &&
            (!enough || (!guard.writtenWith && !guard.samePlace) || underTwoLocks_.contains(guard.datum)))
            return;
        std::set<link::FunctionId> reported;
        for (const SharedAccess* access : guard.without) {
            bool matters = access->fact->write || guard.writtenWith || isDeclared;
            const link::FunctionId function = isDeclared ? access->at.function : access->function;
            if (matters && reported.insert(function).second)
                isDeclared ? reportDeclaredGuard(guard, *access) : reportMissingGuard(guard, *access);
        }
    }

    /// A lock of some other object may be held by chance: an object that one thread works on needs none.
    static report::Confidence guardConfidence(const link::InferredGuard& guard) {
        const bool isRelated = guard.samePlace || guard.lock.info->isAbsolute;
        if (guard.with.size() >= 5 && guard.share() >= 0.85)
            return isRelated ? report::Confidence::high : report::Confidence::medium;
        const bool isUsual = guard.with.size() >= 3 && guard.share() >= (guard.allWritesWith ? 0.5 : 0.7);
        return isUsual && isRelated ? report::Confidence::medium : report::Confidence::low;
    }

    void reportDeclaredGuard(const link::InferredGuard& guard, const SharedAccess& access) {
        report::Finding finding;
        finding.rule = "data-race";
        finding.variant = "declared-guard";
        finding.confidence = report::Confidence::high;
        finding.world = report::World::open;
        finding.subject = table_.describe(guard.datum);
        finding.location = locate(p_, access.at);
        finding.message = fmt::format("'{}' is {} here without '{}', its declared guard", finding.subject, verb(access),
                                      guard.declared);
        finding.traces = {trace(access)};
        emit(std::move(finding));
    }

    void reportMissingGuard(const link::InferredGuard& guard, const SharedAccess& access) {
        std::string name = table_.describe(guard.datum),
                    lock = nameLock(p_, guard.lock.lock.lock, guard.lock.lock.scope);
        report::Finding finding;
        finding.rule = "data-race";
        finding.variant = access.locks.empty() ? "unguarded" : "wrong-guard";
        const bool saysLittle =
            confidence_.leadsToManyMembers(access) || isInWindow(p_, table_.lockOwners(), access, guard.lock);
        finding.confidence = saysLittle ? report::Confidence::low : guardConfidence(guard);
        finding.world = report::World::open;
        finding.subject = name;
        finding.location = locate(p_, access.place);
        finding.message = fmt::format("'{}' is {} here without '{}', which is held at {} of its {} accesses", name,
                                      verb(access), lock, guard.with.size(), guard.with.size() + guard.without.size());
        for (std::size_t i = 0; i < std::min<std::size_t>(guard.with.size(), 3); ++i)
            finding.notes.push_back(
                stepAt(p_, guard.with[i]->place, fmt::format("{} here holding '{}'", verb(*guard.with[i]), lock)));
        finding.traces = {trace(access), trace(*guard.with[0])};
        emit(std::move(finding));
    }

    bool emit(report::Finding finding) {
        const bool isNew = seen_.insert({finding.subject, finding.location}).second;
        if (isNew)
            findings_.push_back(std::move(finding));
        return isNew;
    }

    Subject& subject_;
    const link::WholeProgram& p_;
    AccessTable& table_;
    RaceConfidence confidence_;
    Findings& findings_;
    std::set<std::pair<std::string, report::Location>> seen_;
    std::set<link::Datum> underTwoLocks_;         ///< reported: neither lock is the guard
    std::map<link::InstrRef, std::size_t> races_; ///< the finding that an access has
};

void run(Subject& subject, Findings& findings) { DataRace(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{
    {"data-race", "Shared data accessed by several threads without a common lock", report::Level::error}, run}));

} // namespace deadheat::checks
