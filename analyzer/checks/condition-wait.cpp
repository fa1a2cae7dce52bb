// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// condition-wait: a wait on a condition variable whose state is not tested again afterwards, or that does not hold its mutex,
// or that keeps a second lock while it sleeps, or that shares its condition with waits on another mutex.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/lock_class.h"
#include "analyzer/checks/wait_loops.h"
#include "analyzer/link/control_flow.h"

#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace deadheat::checks {

namespace {

using link::WaitFact;
using report::Confidence;

/// How far up the callers of a function that only waits are asked for the loop.
constexpr int kMaxWrappers = 3;

class ConditionWait {
public:
    ConditionWait(Subject& subject, Findings& findings) : p_(subject.program), loops_(p_), findings_(findings) {}

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const WaitFact& wait : p_.facts[f].waits) {
                if (p_.facts[f].points[wait.point].widened)
                    continue;
                judgeLoop(f, wait);
                if (!judgeLock(f, wait))
                    judgeOtherLocks(f, wait);
                remember(f, wait);
            }
        judgeMutexes();
    }

private:
    std::string conditionName(link::FunctionId function, const WaitFact& wait) const {
        return nameLock(p_, wait.condition, function);
    }
    std::string lockName(link::FunctionId function, link::ExprId lock) const { return nameLock(p_, lock, function); }

    const link::Held* heldAt(link::FunctionId function, const WaitFact& wait) const {
        for (const link::Held& held : p_.facts[function].points[wait.point].held)
            if (held.lock == wait.lock)
                return &held;
        return nullptr;
    }

    // ---- the loop ----

    void judgeLoop(link::FunctionId function, const WaitFact& wait) {
        const ir::Instr& instr = p_.instr(wait.at);
        if (instr.flags.predicate || instr.operands.size() > 2)
            return;
        bool takenHere = heldAt(function, wait) != nullptr;
        if (std::optional<link::InstrRef> place = missingLoop(wait, wait.at, takenHere, kMaxWrappers))
            reportLoop(function, wait, *place);
    }

    bool inCycle(link::InstrRef at) const {
        link::ControlFlow flow(p_.function(at.function));
        return flow.inLoop(at.block);
    }

    /// Where the loop is missing: at the wait, or at the call (`at`) of a function that only waits.
    std::optional<link::InstrRef> missingLoop(const WaitFact& wait, link::InstrRef at, bool takenHere,
                                              int wrappers) const {
        link::ExprId lock = at == wait.at ? wait.lock : link::kNoExpr;
        if (loops_.isTestedAgain(at, lock) || (p_.instr(wait.at).flags.timed && inCycle(at)))
            return std::nullopt;
        if (takenHere)
            return at;
        bool isPassedIn = !classOf(p_, lock).isKnown() || !classOf(p_, wait.condition).isKnown();
        if (!isPassedIn && loops_.isConditional(at, lock))
            return at;
        if (wrappers == 0)
            return std::nullopt;
        for (link::InstrRef caller : p_.pointsTo->callersOf(at.function))
            if (std::optional<link::InstrRef> place = missingLoop(wait, caller, holdsLock(caller), wrappers - 1))
                return place;
        return std::nullopt;
    }

    /// Whether the caller itself took a lock that it holds at the call. Who did not leaves the loop to its own callers, as what is made
    /// for other programs does.
    bool holdsLock(link::InstrRef call) const {
        const link::FunctionFacts& facts = p_.facts[call.function];
        return std::ranges::any_of(facts.calls, [&](const link::CallFact& fact) {
            return fact.at == call && std::ranges::any_of(facts.points[fact.point].held,
                                                          [](const link::Held& held) { return held.count > 0; });
        });
    }

    /// `if (!ready) wait()` is the mistake itself. A thread that sleeps once in each round of its own loop merely works in vain, unless
    /// it has looked, before it took the lock, whether to sleep: then it may sleep for ever.
    Confidence confidenceOf(const WaitFact& wait, link::InstrRef place) const {
        if (loops_.isConditional(wait.at, wait.lock))
            return Confidence::high;
        const bool isEarly = !p_.instr(wait.at).flags.timed && loops_.isTestedTooEarly(wait.at, wait.lock);
        return loops_.isStepOfWork(place) && !isEarly ? Confidence::low : Confidence::medium;
    }

    void reportLoop(link::FunctionId function, const WaitFact& wait, link::InstrRef place) {
        report::Finding finding = base("", function, wait, confidenceOf(wait, place));
        finding.location = locate(p_, place);
        finding.message = fmt::format(
            "'{}' is waited for without a loop or predicate: the state may not hold after a spurious or late wakeup",
            conditionName(function, wait));
        if (place != wait.at)
            finding.notes.push_back(stepAt(p_, wait.at, "waits here"));
        emit(std::move(finding));
    }

    // ---- the mutex ----

    /// Returns whether the wait lacks its mutex.
    bool judgeLock(link::FunctionId function, const WaitFact& wait) {
        if (wait.lock == link::kNoExpr)
            return false;
        const link::Held* held = heldAt(function, wait);
        if (held && held->count > 0)
            return false;
        bool releasedBefore = held && held->count < 0;
        std::optional<Confidence> confidence =
            wait.guardOwnsNothing || releasedBefore ? Confidence::high : callersLack(function, wait);
        if (!confidence)
            return false;
        report::Finding finding = base("not-locked", function, wait, *confidence);
        finding.message = fmt::format("'{}' is waited for without holding '{}'", conditionName(function, wait),
                                      lockName(function, wait.lock));
        if (releasedBefore)
            finding.notes.push_back(stepAt(p_, held->via ? held->via : held->where, "released here"));
        emit(std::move(finding));
        return true;
    }

    std::optional<Confidence> callersLack(link::FunctionId function, const WaitFact& wait) const {
        LockClass lock = classOf(p_, wait.lock);
        if (!lock.isKnown() || isGuard(function, wait.lock))
            return std::nullopt;
        EntryHold hold = heldOnEntry(p_, function, wait.lock);
        if (hold.allHold)
            return std::nullopt;
        if (hold.without != link::kNoId)
            return Confidence::high;
        // Unknown callers only: those of a function in C may hold a member's lock, a global one is taken where it is used.
        return lock.kind == LockClass::Kind::global && !hold.someHold ? std::optional(Confidence::medium)
                                                                      : std::nullopt;
    }

    bool isGuard(link::FunctionId function, link::ExprId lock) const {
        return std::ranges::any_of(link::locationsOf(p_, function, lock), [&](link::LocationId location) {
            auto isOfGuardType = [&](ir::Index type) {
                return type != ir::kNone && p_.code.types[type].kind == ir::TypeKind::guard;
            };
            const link::Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(location));
            if (p_.pointsTo->parent(location) != link::kNoId && p_.pointsTo->step(location).kind == ir::StepKind::field)
                return isOfGuardType(p_.code.fields[p_.pointsTo->step(location).index].type);
            if (object.kind != link::ObjectKind::local ||
                p_.pointsTo->wholeObject(p_.pointsTo->objectOf(location)) != location)
                return false;
            return isOfGuardType(p_.function(object.index).locals[object.sub].type);
        });
    }

    // ---- other locks ----

    bool isOther(const link::EntryLock& lock, link::FunctionId function, const WaitFact& wait) const {
        return classOf(p_, lock.lock).isKnown() && !isSemaphore(p_, lock.lock) &&
               !maySame(p_, lock.lock, lock.scope, wait.lock, function);
    }

    void judgeOtherLocks(link::FunctionId function, const WaitFact& wait) {
        if (!classOf(p_, wait.lock).isKnown() || isGuard(function, wait.lock)) // of whose lock nothing is known
            return;
        const link::Point& point = p_.facts[function].points[wait.point];
        for (link::ContextId id : p_.contexts.ofFunction[function])
            for (const link::EntryLock& lock : link::locksAt(p_.contexts.all[id], point))
                if (isOther(lock, function, wait))
                    return reportOther(function, wait, id, lock);
    }

    void reportOther(link::FunctionId function, const WaitFact& wait, link::ContextId context,
                     const link::EntryLock& lock) {
        report::Finding finding = base("second-lock", function, wait, Confidence::medium);
        std::string other = lockName(lock.scope, lock.lock);
        finding.message = fmt::format("'{}' is held while waiting for '{}', which releases only '{}'", other,
                                      conditionName(function, wait), lockName(function, wait.lock));
        finding.notes.push_back(stepAt(p_, lock.where, fmt::format("'{}' taken here", other)));
        std::vector<report::Step> path = callPath(p_, context);
        finding.traces[0].steps.insert(finding.traces[0].steps.begin(), path.begin(), path.end());
        finding.traces[0].locksHeld.push_back(other);
        emit(std::move(finding));
    }

    // ---- one condition, several mutexes ----

    struct Use {
        link::FunctionId function;
        const WaitFact* wait;
        std::size_t count;
    };

    void remember(link::FunctionId function, const WaitFact& wait) {
        LockClass condition = classOf(p_, wait.condition), lock = classOf(p_, wait.lock);
        if (!condition.isKnown() || !lock.isKnown() || lock.kind == LockClass::Kind::local)
            return;
        auto [use, isNew] = uses_[condition].try_emplace(lock, Use{function, &wait, 1});
        if (!isNew)
            ++use->second.count;
    }

    void judgeMutexes() {
        for (const auto& [condition, locks] : uses_) {
            if (locks.size() < 2)
                continue;
            std::vector<Use> uses;
            for (const auto& [lock, use] : locks)
                uses.push_back(use);
            auto rank = [](const Use& use) { return std::pair(use.count, use.wait->at); };
            std::ranges::sort(uses, {}, rank);
            const Use &rare = uses[0], &other = uses.back();
            if (maySame(p_, rare.wait->lock, rare.function, other.wait->lock, other.function))
                continue;
            std::string name = lockName(rare.function, rare.wait->lock),
                        otherName = lockName(other.function, other.wait->lock);
            report::Finding finding = base("two-mutexes", rare.function, *rare.wait, Confidence::high);
            finding.message =
                fmt::format("'{}' is waited for with '{}' here and with '{}' elsewhere: undefined while both wait",
                            conditionName(rare.function, *rare.wait), name, otherName);
            finding.notes.push_back(stepAt(p_, other.wait->at, fmt::format("waits with '{}'", otherName)));
            emit(std::move(finding));
        }
    }

    report::Finding base(const std::string& variant, link::FunctionId function, const WaitFact& wait,
                         Confidence confidence) const {
        report::Finding finding;
        finding.rule = "condition-wait";
        finding.variant = variant;
        finding.level = report::Level::warning;
        finding.confidence = confidence;
        finding.world = report::World::local;
        finding.subject = p_.function(function).name + " " + conditionName(function, wait);
        finding.location = locate(p_, wait.at);
        report::Trace trace{"path through '" + p_.function(function).name + "'", {}, {}};
        if (const link::Held* held = heldAt(function, wait); held && held->count > 0) {
            trace.steps.push_back(stepAt(p_, held->via ? held->via : held->where,
                                         fmt::format("'{}' taken", lockName(function, wait.lock))));
            trace.locksHeld.push_back(lockName(function, wait.lock));
        }
        trace.steps.push_back(stepAt(p_, wait.at, fmt::format("waits for '{}'", conditionName(function, wait))));
        finding.traces.push_back(std::move(trace));
        return finding;
    }

    void emit(report::Finding finding) {
        if (seen_.insert({finding.location, finding.variant}).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    WaitLoops loops_;
    Findings& findings_;
    std::map<LockClass, std::map<LockClass, Use>> uses_;
    std::set<std::pair<report::Location, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { ConditionWait(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{{"condition-wait",
                                "Waits on a condition without loop, without the mutex or with a second lock",
                                report::Level::warning},
                               run}));

} // namespace deadheat::checks
