// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lock-order: a cycle in the order in which locks are taken, two instances of one class in no fixed order, and a lock taken
// again by the thread that holds it or by a signal handler that interrupts it.
#include "analyzer/checks/describe.h"
#include "analyzer/link/lock_graph.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace deadheat::checks {

namespace {

using link::LockCycle;
using link::LockEdge;
using link::LockUse;

class LockOrder {
public:
    LockOrder(Subject& subject, Findings& findings)
        : p_(subject.program), graph_(p_, subject.parallelism), findings_(findings) {}

    void run() {
        // Shortest first: a longer cycle that only goes another way round from the same place says nothing new.
        std::set<link::InstrRef> inCycle;
        for (const LockCycle& cycle : graph_.cycles())
            if (inCycle.insert(cycle.edges[rarest(cycle)].second.where).second)
                reportCycle(cycle);
        std::set<std::pair<link::InstrRef, link::InstrRef>> seen;
        for (const LockEdge& edge : graph_.unorderedInstances())
            if (seen.insert({edge.first.where, edge.second.where}).second)
                reportInstances(edge);
        for (const link::Relock& relock : graph_.relocks())
            if (seen.insert({relock.first.where, relock.second.where}).second)
                reportRelock(relock.first, relock.second, relock.context, {},
                             throughCallback(relock.context, relock.first.scope));
        for (const link::Relock& relock : graph_.inHandlers())
            reportInHandler(relock);
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const link::Event& event : p_.facts[f].events)
                if (event.kind == link::EventKind::doubleAcquire && seen.insert({event.other, event.at}).second)
                    reportDoubleAcquire(f, event);
    }

private:
    std::string name(const LockUse& use) const { return nameLock(p_, use.lock, use.scope); }

    report::Trace trace(const LockEdge& edge) const {
        report::Trace trace;
        trace.title = describeRoot(p_, edge.place.root);
        trace.steps = callPath(p_, edge.context);
        trace.steps.push_back(stepAt(p_, edge.first.where, fmt::format("'{}' taken", name(edge.first))));
        trace.steps.push_back(stepAt(
            p_, edge.second.where, fmt::format("'{}' taken while '{}' is held", name(edge.second), name(edge.first))));
        trace.locksHeld = {name(edge.first)};
        return trace;
    }

    /// Whether the path from one lock to the other goes through a call of which several functions may be meant: which one it is in
    /// this situation is not known.
    bool throughCallback(link::ContextId inner, link::FunctionId outer) const {
        for (link::ContextId id = inner; id != link::kNoId; id = p_.contexts.all[id].caller) {
            const link::Context& context = p_.contexts.all[id];
            if (context.function == outer)
                return false;
            if (context.callSite && p_.instr(context.callSite).op == ir::Op::callIndirect &&
                p_.pointsTo->targets(context.callSite).size() > 1)
                return true;
        }
        return false;
    }

    /// The edge whose order is the rarer one: most likely the mistake.
    std::size_t rarest(const LockCycle& cycle) const {
        std::size_t best = 0;
        for (std::size_t i = 1; i < cycle.edges.size(); ++i)
            if (graph_.weight(cycle.edges[i].from, cycle.edges[i].to) <
                graph_.weight(cycle.edges[best].from, cycle.edges[best].to))
                best = i;
        return best;
    }

    void reportCycle(const LockCycle& cycle) {
        std::size_t first = rarest(cycle);
        report::Finding finding;
        finding.rule = "lock-order";
        finding.variant = "cycle";
        finding.level = report::Level::error;
        finding.world = cycle.openWorld ? report::World::open : report::World::closed;
        finding.confidence =
            cycle.openWorld || cycle.edges.size() > 3 ? report::Confidence::medium : report::Confidence::high;
        if (std::ranges::any_of(cycle.edges,
                                [&](const LockEdge& edge) { return throughCallback(edge.context, edge.first.scope); }))
            finding.confidence = report::Confidence::low;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < cycle.edges.size(); ++i) {
            const LockEdge& edge = cycle.edges[(first + i) % cycle.edges.size()];
            names.push_back("'" + name(edge.first) + "'");
            finding.traces.push_back(trace(edge));
            if (i > 0) {
                finding.notes.push_back(
                    stepAt(p_, edge.second.where,
                           fmt::format("'{}' taken here while '{}' is held", name(edge.second), name(edge.first))));
                finding.notes.push_back(stepAt(p_, edge.first.where, fmt::format("'{}' taken here", name(edge.first))));
            }
        }
        const LockEdge& main = cycle.edges[first];
        finding.location = locate(p_, main.second.where);
        finding.notes.insert(finding.notes.begin(),
                             stepAt(p_, main.first.where, fmt::format("'{}' taken here", name(main.first))));
        finding.message = fmt::format(
            "lock order inversion: '{}' is taken while '{}' is held, elsewhere they are taken in the opposite order",
            name(main.second), name(main.first));
        if (cycle.edges.size() > 2)
            finding.message = fmt::format("lock order cycle over {}: '{}' is taken here while '{}' is held",
                                          listOf(names), name(main.second), name(main.first));
        std::ranges::sort(names);
        finding.subject = listOf(names);
        findings_.push_back(std::move(finding));
    }

    void reportInstances(const LockEdge& edge) {
        report::Finding finding;
        finding.rule = "lock-order";
        finding.variant = "instances";
        finding.level = report::Level::error;
        finding.world = report::World::open;
        finding.confidence = report::Confidence::medium;
        finding.subject = name(edge.second);
        finding.location = locate(p_, edge.second.where);
        finding.message =
            fmt::format("'{}' of one object is taken while '{}' of another is held, and nothing fixes their order",
                        name(edge.second), name(edge.first));
        finding.notes.push_back(stepAt(
            p_, edge.first.where, fmt::format("'{}' taken here", spellLock(p_, edge.first.lock, edge.first.scope))));
        finding.traces.push_back(trace(edge));
        findings_.push_back(std::move(finding));
    }

    void reportRelock(const LockUse& first, const LockUse& second, link::ContextId context, link::InstrRef via,
                      bool isGuess) {
        report::Finding finding;
        finding.rule = "lock-order";
        finding.variant = "self-deadlock";
        finding.level = report::Level::error;
        finding.world = report::World::local;
        finding.confidence = isGuess ? report::Confidence::low : report::Confidence::high;
        finding.subject = name(second);
        finding.location = locate(p_, second.where);
        finding.message = fmt::format("'{}' is taken again by the thread that already holds it", name(second));
        finding.notes.push_back(stepAt(p_, first.where, fmt::format("'{}' taken here first", name(first))));
        report::Trace trace{"the same thread", {}, {name(first)}};
        trace.steps.push_back(stepAt(p_, first.where, fmt::format("'{}' taken", name(first))));
        if (context != link::kNoId)
            for (report::Step& step : callPath(p_, context)) {
                finding.notes.push_back(step);
                trace.steps.push_back(std::move(step));
            }
        if (via)
            finding.notes.push_back(stepAt(p_, via, "through this call"));
        trace.steps.push_back(stepAt(p_, second.where, fmt::format("'{}' taken again", name(second))));
        finding.traces.push_back(std::move(trace));
        findings_.push_back(std::move(finding));
    }

    void reportInHandler(const link::Relock& relock) {
        report::Finding finding;
        finding.rule = "lock-order";
        finding.variant = "signal-handler";
        finding.level = report::Level::error;
        finding.world = report::World::closed;
        finding.confidence = report::Confidence::medium;
        finding.subject = name(relock.second);
        finding.location = locate(p_, relock.second.where);
        finding.message =
            fmt::format("'{}' is taken in a signal handler, and the code that the signal interrupts may hold it",
                        name(relock.second));
        finding.notes.push_back(stepAt(p_, relock.first.where, fmt::format("'{}' taken here", name(relock.first))));
        report::Trace trace{"signal handler", callPath(p_, relock.context), {}};
        trace.steps.push_back(stepAt(p_, relock.second.where, fmt::format("'{}' taken", name(relock.second))));
        finding.traces.push_back(std::move(trace));
        findings_.push_back(std::move(finding));
    }

    void reportDoubleAcquire(link::FunctionId function, const link::Event& event) {
        const link::Point& point = p_.facts[function].points[event.point];
        const link::Held* held = nullptr;
        for (const link::Held& h : point.held)
            if (h.lock == event.lock)
                held = &h;
        if (point.widened || (held && held->spin) || graph_.isRecursiveLock(event.lock, function))
            return;
        reportRelock({event.lock, function, event.other, false}, {event.lock, function, event.at, false}, link::kNoId,
                     event.otherVia, false);
    }

    const link::WholeProgram& p_;
    link::LockGraph graph_;
    Findings& findings_;
};

void run(Subject& subject, Findings& findings) { LockOrder(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{{"lock-order", "Locks taken in an order that can deadlock", report::Level::error},
                               run}));

} // namespace deadheat::checks
