// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// blocking-under-lock: something that may take long, or code that the user supplied, runs while a lock is held. A matter of
// style: everyone who needs the lock waits too, and a callback may ask for the same lock. More than that when it is the end of a
// thread that is waited for, and that thread takes the lock.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/joined_threads.h"
#include "analyzer/checks/lock_class.h"

#include <fmt/format.h>
#include <optional>
#include <set>

namespace deadheat::checks {

namespace {

using link::Event;
using link::EventKind;

class BlockingUnderLock {
public:
    BlockingUnderLock(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) {}

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const Event& event : p_.facts[f].events)
                if (event.kind == EventKind::blocking || event.kind == EventKind::unknownCallback)
                    judge(f, event);
    }

private:
    void judge(link::FunctionId function, const Event& event) {
        const link::Point& point = p_.facts[function].points[event.point];
        for (const link::Held& held : point.held)
            if (held.count > 0 && !held.claim && !isSemaphore(p_, held.lock))
                return report(event, event.at,
                              {held.lock, function, held.shared, false, held.via ? held.via : held.where}, link::kNoId);
        for (link::ContextId id : p_.contexts.ofFunction[function]) {
            std::vector<link::EntryLock> locks = link::locksAt(p_.contexts.all[id], point);
            std::erase_if(locks, [&](const link::EntryLock& lock) { return isSemaphore(p_, lock.lock); });
            if (!locks.empty())
                report(event, callUnderLock(id, locks[0]), locks[0], id);
        }
    }

    /// The call, in the function that took the lock, that leads to `context`.
    link::InstrRef callUnderLock(link::ContextId context, const link::EntryLock& lock) const {
        link::InstrRef site = p_.contexts.all[context].callSite;
        for (int steps = 0; steps < 16 && context != link::kNoId; ++steps) {
            const link::Context& here = p_.contexts.all[context];
            if (here.callSite)
                site = here.callSite;
            if (here.caller == link::kNoId)
                break;
            const std::vector<link::EntryLock>& above = p_.contexts.all[here.caller].locks;
            bool heldAbove =
                std::ranges::any_of(above, [&](const link::EntryLock& other) { return other.where == lock.where; });
            if (!heldAbove)
                break;
            context = here.caller;
        }
        return site;
    }

    /// "accept", "std::thread::join" ...
    std::string what(const Event& event) const {
        const ir::Instr& instr = p_.instr(event.at);
        if (event.kind == EventKind::unknownCallback)
            return "the callback '" + spellLock(p_, event.object, event.at.function) + "' is called";
        std::string name = instr.symbol == ir::kNone ? std::string{} : p_.code.symbols[instr.symbol];
        if (std::size_t at = name.rfind("@F@"); name.starts_with("c:") && at != std::string::npos)
            name = name.substr(at + 3, name.find('#', at) - at - 3);
        if (!name.empty())
            return "'" + name + "' may block";
        return instr.op == ir::Op::sleep ? "a sleep blocks" : "this may block";
    }

    void report(const Event& event, link::InstrRef place, const link::EntryLock& lock, link::ContextId context) {
        std::string name = nameLock(p_, lock.lock, lock.scope), action = what(event);
        report::Finding finding;
        finding.rule = "blocking-under-lock";
        finding.variant = event.kind == EventKind::unknownCallback ? "callback" : "";
        finding.level = report::Level::style;
        finding.confidence = report::Confidence::high;
        finding.world = report::World::local;
        finding.subject = p_.function(place.function).name + " " + name;
        finding.location = locate(p_, place);
        finding.message = fmt::format("{} while '{}' is held", action, name);
        finding.notes.push_back(stepAt(p_, lock.where, fmt::format("'{}' taken here", name)));
        report::Trace trace{
            "path through '" + p_.function(place.function).name + "'", {}, {spellLock(p_, lock.lock, lock.scope)}};
        trace.steps.push_back(stepAt(p_, lock.where, fmt::format("'{}' taken", name)));
        if (context != link::kNoId)
            for (report::Step& step : callPath(p_, context))
                trace.steps.push_back(std::move(step));
        trace.steps.push_back(stepAt(p_, event.at, action));
        finding.traces.push_back(std::move(trace));
        if (const auto taken = takenByJoined(p_, event.at, lock.lock, lock.scope))
            addDeadlock(finding, *taken, action, name);
        if (seen_.insert({finding.location, name}).second)
            findings_.push_back(std::move(finding));
    }

    void addDeadlock(report::Finding& finding, const TakenByJoined& taken, const std::string& action,
                     const std::string& lock) const {
        const link::Context& context = p_.contexts.all[taken.context];
        finding.variant = "join";
        finding.level = report::Level::error;
        finding.world = report::World::closed;
        finding.message =
            fmt::format("{} for ever: '{}' is held, which the thread that is waited for takes", action, lock);
        finding.notes.push_back(stepAt(p_, taken.acquire->at, fmt::format("'{}' taken by that thread", lock)));
        report::Trace trace{describeRoot(p_, context.root), callPath(p_, taken.context), {}};
        trace.steps.push_back(stepAt(p_, taken.acquire->at, fmt::format("'{}' taken", lock)));
        finding.traces.push_back(std::move(trace));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::set<std::pair<report::Location, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { BlockingUnderLock(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{
    {"blocking-under-lock", "Blocking calls and callbacks while a lock is held", report::Level::style}, run}));

} // namespace deadheat::checks
