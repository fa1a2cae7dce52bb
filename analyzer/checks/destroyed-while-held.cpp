// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// destroyed-while-held: a lock is destroyed, or the object that contains it freed, by a path that holds it; a local lock is
// still held when its life ends with the function; a lock is taken that the path has destroyed.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/lock_class.h"

#include <fmt/format.h>
#include <set>

namespace deadheat::checks {

namespace {

using link::DestroyFact;

class DestroyedWhileHeld {
public:
    DestroyedWhileHeld(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) {}

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f) {
            for (const DestroyFact& fact : p_.facts[f].destroys)
                if (fact.lock != link::kNoExpr)
                    destroyedHere(f, fact);
                else
                    heldByCaller(f, fact);
            for (const link::Event& event : p_.facts[f].events)
                if (event.kind == link::EventKind::usedAfterEnd)
                    usedAfterEnd(f, event);
            for (const link::KeptLock& kept : p_.facts[f].kept)
                if (kept.isLocal && !kept.throws)
                    leftLocked(f, kept);
        }
    }

private:
    report::Finding base(link::FunctionId function, const std::string& name, report::Location place) const {
        report::Finding finding;
        finding.rule = "destroyed-while-held";
        finding.level = report::Level::error;
        finding.confidence = report::Confidence::high;
        finding.world = report::World::local;
        finding.subject = p_.function(function).name + " " + name;
        finding.location = std::move(place);
        return finding;
    }

    /// An owner's implicit end is shown where the owner is declared.
    report::Location placeOf(link::InstrRef at) const {
        const ir::Instr& instr = p_.instr(at);
        const ir::Place& place = instr.operands[0].place;
        if (!instr.flags.implicit || place.root != ir::RootKind::local)
            return locate(p_, at);
        const ir::Local& owner = p_.function(at.function).locals[place.index];
        return owner.kind == ir::LocalKind::variable && owner.range.file != ir::kNone ? locate(p_, owner.range)
                                                                                      : locate(p_, at);
    }

    void destroyedHere(link::FunctionId function, const DestroyFact& fact) {
        if (p_.facts[function].points[fact.point].widened)
            return;
        std::string name = nameLock(p_, fact.lock, function);
        report::Finding finding = base(function, name, placeOf(fact.at));
        finding.message = fmt::format("'{}' is destroyed while this path holds it", name);
        link::InstrRef taken = fact.takenVia ? fact.takenVia : fact.taken;
        finding.notes.push_back(stepAt(p_, taken, fmt::format("'{}' taken here", name)));
        report::Trace trace{
            "path through '" + p_.function(function).name + "'", {}, {spellLock(p_, fact.lock, function)}};
        trace.steps = {stepAt(p_, taken, fmt::format("'{}' taken", name)), stepAt(p_, fact.at, "destroyed while held")};
        trace.steps.back().location = finding.location;
        finding.traces.push_back(std::move(trace));
        emit(std::move(finding), name, function);
    }

    void heldByCaller(link::FunctionId function, const DestroyFact& fact) {
        if (fact.object == link::kNoExpr)
            return;
        const link::Point& point = p_.facts[function].points[fact.point];
        for (link::ContextId id : p_.contexts.ofFunction[function]) {
            const link::Context& context = p_.contexts.all[id];
            for (const link::EntryLock& lock : link::locksAt(context, point)) {
                // Who has waited for a semaphore has been told that nobody else needs it.
                const bool isSemaphore = lock.where && p_.instr(lock.where).op == ir::Op::semaphoreWait;
                if (!isSemaphore && lock.scope == function && p_.exprs->isPartOf(lock.lock, fact.object))
                    return reportCaller(id, lock, fact);
            }
        }
    }

    void reportCaller(link::ContextId context, const link::EntryLock& lock, const DestroyFact& fact) {
        link::FunctionId function = fact.at.function;
        std::string name = nameLock(p_, lock.lock, function);
        report::Finding finding = base(function, name, placeOf(fact.at));
        finding.message = fmt::format("'{}' is destroyed while a caller holds it", name);
        finding.notes.push_back(stepAt(p_, lock.where, fmt::format("'{}' taken here", name)));
        report::Trace trace{"path to '" + p_.function(function).name + "'", callPath(p_, context), {name}};
        trace.steps.push_back(stepAt(p_, fact.at, "destroyed while held"));
        finding.traces.push_back(std::move(trace));
        emit(std::move(finding), name, function);
    }

    void usedAfterEnd(link::FunctionId function, const link::Event& event) {
        const std::string name = nameLock(p_, event.lock, function);
        report::Finding finding = base(function, name, placeOf(event.at));
        finding.variant = "used-after-end";
        finding.message = fmt::format("'{}' is used here after this path has destroyed it", name);
        for (const DestroyFact& end : p_.facts[function].destroys)
            if (end.object == event.lock && end.at != event.at && finding.notes.empty())
                finding.notes.push_back(stepAt(p_, end.at, fmt::format("'{}' destroyed here", name)));
        emit(std::move(finding), name, function);
    }

    void leftLocked(link::FunctionId function, const link::KeptLock& kept) {
        const link::ExprTable& exprs = *p_.exprs;
        const link::Expr& root = exprs[exprs.root(kept.lock)];
        const ir::Local& local = p_.function(root.a).locals[root.b];
        std::string name = nameLock(p_, kept.lock, function);
        report::Finding finding = base(function, name, locate(p_, local.range));
        finding.message = fmt::format("'{}' is still held where the life of '{}' ends", name, local.name);
        link::InstrRef taken = kept.via ? kept.via : kept.where;
        finding.notes.push_back(stepAt(p_, taken, fmt::format("'{}' taken here", name)));
        if (kept.leaves)
            finding.notes.push_back(stepAt(p_, kept.leaves, "and the function is left after this"));
        emit(std::move(finding), name, function);
    }

    void emit(report::Finding finding, const std::string& name, link::FunctionId function) {
        if (seen_.insert({function, name}).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::set<std::pair<link::FunctionId, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { DestroyedWhileHeld(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{{"destroyed-while-held", "Locks destroyed or freed while held", report::Level::error},
                               run}));

} // namespace deadheat::checks
