// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lost-wakeup: the state that a waiter tests is changed, and the waiter notified, without the waiter's mutex: change and
// notification can both fall between the test and the wait, and the waiter sleeps on. An atomic flag does not help.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/instr_paths.h"
#include "analyzer/checks/lock_class.h"
#include "analyzer/checks/unlocked_notifications.h"
#include "analyzer/checks/wait_loops.h"

#include <fmt/format.h>
#include <map>
#include <set>

namespace deadheat::checks {

namespace {

using link::AccessFact;
using link::WaitFact;

/// How deep a predicate's callees are searched for what it reads, and a notifier's for the notification.
constexpr int kMaxDepth = 3;

struct Waiter {
    link::FunctionId function = link::kNoId;
    const WaitFact* wait = nullptr;
    std::map<LockClass, std::pair<link::FunctionId, const AccessFact*>> tested; ///< what decides whether it goes on
};

class LostWakeup {
public:
    LostWakeup(Subject& subject, Findings& findings) : p_(subject.program), loops_(p_), findings_(findings) {}

    void run() {
        collectWaiters();
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const link::Event& event : p_.facts[f].events)
                if (event.kind == link::EventKind::notify)
                    judgeNotification(f, event.at, event.object, kMaxDepth);
        for (const UnlockedNotification& bare : findUnlockedNotifications(p_))
            if (!reported_.contains(bare.notify->at))
                reportBare(bare);
    }

private:
    // ---- waiters ----

    void collectWaiters() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const WaitFact& wait : p_.facts[f].waits) {
                const ir::Instr& instr = p_.instr(wait.at);
                // A timed wait looks again by itself: a lost wakeup costs it a moment.
                if (instr.flags.timed || !classOf(p_, wait.condition).isKnown() || !classOf(p_, wait.lock).isKnown())
                    continue;
                Waiter waiter{f, &wait, {}};
                for (link::FunctionId predicate : p_.pointsTo->targets(wait.at))
                    collectReads(predicate, waiter, kMaxDepth);
                for (link::InstrRef test : loops_.tests(wait.at, wait.lock))
                    collectReadsAt(test, waiter);
                for (link::InstrRef test : loops_.loopTests(wait.at))
                    collectReadsAt(test, waiter);
                if (!waiter.tested.empty())
                    waiters_.push_back(std::move(waiter));
            }
    }

    void collectReads(link::FunctionId function, Waiter& waiter, int depth) const {
        for (const AccessFact& access : p_.facts[function].accesses)
            if (access.read)
                addRead(function, access, waiter);
        if (depth == 0)
            return;
        for (const link::CallFact& call : p_.facts[function].calls)
            for (link::FunctionId target : call.targets)
                if (target != function)
                    collectReads(target, waiter, depth - 1);
    }

    void collectReadsAt(link::InstrRef at, Waiter& waiter) const {
        for (const AccessFact& access : p_.facts[at.function].accesses)
            if (access.at == at && access.read)
                addRead(at.function, access, waiter);
        for (link::FunctionId target : p_.pointsTo->targets(at))
            collectReads(target, waiter, kMaxDepth - 1);
    }

    void addRead(link::FunctionId function, const AccessFact& access, Waiter& waiter) const {
        LockClass datum = classOf(p_, access.address);
        bool isShared = datum.kind == LockClass::Kind::member || datum.kind == LockClass::Kind::global;
        if (isShared && !access.owned)
            waiter.tested.try_emplace(datum, function, &access);
    }

    // ---- notifiers ----

    /// `notification`: the notify, or a call that leads to it.
    void judgeNotification(link::FunctionId function, link::InstrRef notification, link::ExprId condition, int depth) {
        for (const Waiter& waiter : waiters_)
            if (maySame(p_, condition, function, waiter.wait->condition, waiter.function))
                for (const AccessFact& write : p_.facts[function].accesses)
                    judgeWrite(function, notification, waiter, write);
        if (depth == 0)
            return;
        for (link::InstrRef caller : p_.pointsTo->callersOf(function)) {
            if (p_.instr(caller).op != ir::Op::call || caller.function == function)
                continue;
            // The condition in the caller's words is unknown; its class is the same.
            for (const Waiter& waiter : waiters_)
                if (maySame(p_, condition, function, waiter.wait->condition, waiter.function) &&
                    !takes(function, waiter))
                    for (const AccessFact& write : p_.facts[caller.function].accesses)
                        judgeWrite(caller.function, caller, waiter, write);
        }
    }

    /// Whether the function takes the waiter's mutex itself.
    bool takes(link::FunctionId function, const Waiter& waiter) const {
        return std::ranges::any_of(p_.facts[function].acquires, [&](const link::AcquireFact& acquire) {
            return maySame(p_, acquire.lock, function, waiter.wait->lock, waiter.function);
        });
    }

    void judgeWrite(link::FunctionId function, link::InstrRef notification, const Waiter& waiter,
                    const AccessFact& write) {
        bool matters = write.write && !write.isInit && !write.owned && !p_.function(function).isConstructor;
        if (!matters || !waiter.tested.contains(classOf(p_, write.address)))
            return;
        std::set<link::InstrRef> takes;
        for (const link::AcquireFact& acquire : p_.facts[function].acquires)
            if (maySame(p_, acquire.lock, function, waiter.wait->lock, waiter.function))
                takes.insert(acquire.via ? acquire.via : acquire.at);
        if (write.at != notification &&
            !reaches(p_, write.at, notification, [&](link::InstrRef at) { return takes.contains(at); }))
            return;
        const link::Point& point = p_.facts[function].points[write.point];
        for (link::ContextId id : p_.contexts.ofFunction[function]) {
            std::vector<link::EntryLock> locks = link::locksAt(p_.contexts.all[id], point);
            bool locked = std::ranges::any_of(locks, [&](const link::EntryLock& lock) {
                return maySame(p_, lock.lock, lock.scope, waiter.wait->lock, waiter.function);
            });
            if (!locked && !point.widened)
                return report(function, notification, waiter, write);
        }
    }

    void report(link::FunctionId function, link::InstrRef notification, const Waiter& waiter, const AccessFact& write) {
        std::string datum = nameLock(p_, write.address, function),
                    lock = nameLock(p_, waiter.wait->lock, waiter.function);
        std::string condition = nameLock(p_, waiter.wait->condition, waiter.function);
        report::Finding finding;
        finding.rule = "lost-wakeup";
        finding.level = report::Level::warning;
        finding.confidence = report::Confidence::high;
        finding.world = report::World::open;
        finding.subject = p_.function(function).name + " " + datum;
        finding.location = locate(p_, write.at);
        finding.message = fmt::format("'{}' is changed without '{}', which the waiter for '{}' holds while it tests "
                                      "it: the notification can come between test and wait",
                                      datum, lock, condition);
        auto [testFunction, test] = waiter.tested.at(classOf(p_, write.address));
        finding.notes = {stepAt(p_, notification, fmt::format("'{}' notified here", condition)),
                         stepAt(p_, waiter.wait->at, "waits here")};
        report::Trace waits{"waiter",
                            {stepAt(p_, test->at, fmt::format("'{}' tested", datum)),
                             stepAt(p_, waiter.wait->at, fmt::format("sleeps until '{}' is notified", condition))},
                            {lock}};
        report::Trace notifies{"notifier",
                               {stepAt(p_, write.at, fmt::format("'{}' changed", datum)),
                                stepAt(p_, notification, fmt::format("'{}' notified", condition))},
                               {}};
        finding.traces = {std::move(waits), std::move(notifies)};
        reported_.insert(notification);
        if (seen_.insert({finding.location, datum}).second)
            findings_.push_back(std::move(finding));
    }

    void reportBare(const UnlockedNotification& bare) {
        std::string lock = nameLock(p_, bare.wait->lock, bare.waiter),
                    condition = nameLock(p_, bare.wait->condition, bare.waiter);
        report::Finding finding;
        finding.rule = "lost-wakeup";
        finding.variant = "unlocked-notify";
        finding.level = report::Level::warning;
        finding.confidence = report::Confidence::medium;
        finding.world = report::World::open;
        finding.subject = p_.function(bare.function).name + " " + condition;
        finding.location = locate(p_, bare.notify->at);
        finding.message = fmt::format(
            "'{}' is notified without '{}' being held here or before: it can come between a waiter's test and its wait",
            condition, lock);
        finding.notes = {stepAt(p_, bare.locked, fmt::format("notified with '{}' held", lock)),
                         stepAt(p_, bare.wait->at, "waits here")};
        report::Trace notifies{"notifier", {stepAt(p_, bare.notify->at, fmt::format("'{}' notified", condition))}, {}};
        finding.traces.push_back(std::move(notifies));
        if (seen_.insert({finding.location, condition}).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    WaitLoops loops_;
    Findings& findings_;
    std::vector<Waiter> waiters_;
    std::set<link::InstrRef> reported_; ///< notifications
    std::set<std::pair<report::Location, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { LostWakeup(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{
    {"lost-wakeup", "State of a condition changed without the waiter's mutex", report::Level::warning}, run}));

} // namespace deadheat::checks
