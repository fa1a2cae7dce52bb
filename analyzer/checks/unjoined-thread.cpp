// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// unjoined-thread: a std::thread that can be destroyed or overwritten while joinable, a pthread neither joined nor detached,
// a child process never waited for, a future of std::async dropped on the spot.
#include "analyzer/checks/describe.h"

#include <fmt/format.h>
#include <set>

namespace deadheat::checks {

namespace {

using link::Event;
using link::EventKind;

class UnjoinedThread {
public:
    UnjoinedThread(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) {
        collectMembers();
    }

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const Event& event : p_.facts[f].events)
                judge(f, event);
        lostForever();
    }

private:
    /// Which handle members some function fills, and which some function joins, detaches or moves away.
    void collectMembers() {
        for (link::FunctionId f = 0; f < p_.code.functions.size(); ++f)
            for (ir::Index b = 0; b < p_.code.functions[f].blocks.size(); ++b)
                for (ir::Index i = 0; i < p_.code.functions[f].blocks[b].instrs.size(); ++i) {
                    const ir::Instr& instr = p_.code.functions[f].blocks[b].instrs[i];
                    if (instr.operands.empty())
                        continue;
                    ir::Index member = lastField(instr.operands[0].place);
                    bool releases = instr.op == ir::Op::join || instr.op == ir::Op::detach;
                    if (instr.op == ir::Op::spawn && member != ir::kNone)
                        filled_.try_emplace(member, link::InstrRef{f, b, i});
                    if (instr.op == ir::Op::handleMove && member != ir::kNone)
                        filled_.try_emplace(member, link::InstrRef{f, b, i});
                    if (releases && member != ir::kNone)
                        released_.insert(member);
                    if (instr.op == ir::Op::handleMove && instr.operands.size() > 1) {
                        ir::Index source = lastField(instr.operands[1].place);
                        if (source != ir::kNone)
                            released_.insert(source);
                    }
                    if (releases || instr.op == ir::Op::handleMove)
                        for (std::size_t operand = releases ? 0 : 1; operand < instr.operands.size(); ++operand)
                            for (link::LocationId location : p_.pointsTo->locationsOf(f, instr.operands[operand].place))
                                for (link::LocationId held : p_.pointsTo->pointees(location))
                                    joinedThreads_.insert(held);
                }
    }

    static ir::Index lastField(const ir::Place& place) {
        for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step)
            if (step->kind == ir::StepKind::field)
                return step->index;
        return ir::kNone;
    }

    std::string spell(link::FunctionId function, link::ExprId handle) const { return spellLock(p_, handle, function); }

    report::Finding base(const std::string& variant, link::FunctionId function, const Event& event) const {
        report::Finding finding;
        finding.rule = "unjoined-thread";
        finding.variant = variant;
        finding.level = report::Level::error;
        finding.world = report::World::local;
        finding.confidence = report::Confidence::high;
        finding.location = locate(p_, event.at);
        finding.subject = p_.function(function).name + " " + spell(function, event.object);
        report::Trace trace{"path through '" + p_.function(function).name + "'", {}, {}};
        if (event.other) {
            finding.notes.push_back(stepAt(p_, event.other, "started here"));
            trace.steps.push_back(stepAt(p_, event.other, "thread started"));
        }
        trace.steps.push_back(stepAt(p_, event.at, "handle dies here"));
        finding.traces.push_back(std::move(trace));
        return finding;
    }

    /// Whether what runs there puts its own handle, `pool->last = pthread_self()`, where somebody takes it to join the thread. The starter's
    /// is one more then.
    bool leavesItsHandle(link::FunctionId entry) const {
        auto leaves = [&](const ir::Instr& instr) {
            if (instr.op != ir::Op::copy || instr.operands[0].kind != ir::ValueKind::unknown)
                return false;
            const ir::Index member = lastField(instr.result);
            const ir::Index type = member == ir::kNone ? ir::kNone : p_.code.fields[member].type;
            return type != ir::kNone && released_.contains(member) &&
                   (p_.code.types[type].spelling == "pthread_t" || p_.code.types[type].spelling == "thrd_t");
        };
        return std::ranges::any_of(p_.function(entry).blocks,
                                   [&](const ir::Block& block) { return std::ranges::any_of(block.instrs, leaves); });
    }

    bool isJoinedByItsOwnHandle(link::InstrRef start) const {
        if (!start || p_.instr(start).op != ir::Op::spawn)
            return false;
        const std::span<const link::FunctionId> entries = p_.pointsTo->targets(start);
        return !entries.empty() &&
               std::ranges::all_of(entries, [&](link::FunctionId entry) { return leavesItsHandle(entry); });
    }

    void judge(link::FunctionId function, const Event& event) {
        if ((event.kind == EventKind::handleOverwritten || event.kind == EventKind::handleLost) &&
            isJoinedByItsOwnHandle(event.other))
            return;
        switch (event.kind) {
        case EventKind::handleDestroyed:
            return event.other ? destroyed(function, event) : memberDestroyed(function, event);
        case EventKind::handleOverwritten: {
            report::Finding finding = base("overwritten", function, event);
            finding.message = fmt::format("'{}' is assigned while the thread that it holds is joinable",
                                          spell(function, event.object));
            return emit(std::move(finding));
        }
        case EventKind::handleLost: return lost(function, event);
        case EventKind::handleTwice: return endedTwice(function, event);
        case EventKind::futureDropped: {
            report::Finding finding = base("future-dropped", function, event);
            finding.message =
                "the future of std::async is dropped here: its destructor waits, so nothing runs concurrently";
            return emit(std::move(finding));
        }
        default: return;
        }
    }

    void endedTwice(link::FunctionId function, const Event& event) {
        auto word = [&](link::InstrRef at) { return p_.instr(at).op == ir::Op::detach ? "detached" : "joined"; };
        report::Finding finding = base("joined-twice", function, event);
        finding.message = fmt::format("'{}' is {} here, and was {} before", spell(function, event.object),
                                      word(event.at), word(event.other));
        finding.notes = {stepAt(p_, event.other, fmt::format("{} here first", word(event.other)))};
        finding.traces.front().steps = {finding.notes.front(), stepAt(p_, event.at, word(event.at))};
        emit(std::move(finding));
    }

    /// Reported where the thread starts: the destructor has no place of its own.
    void destroyed(link::FunctionId function, const Event& event) {
        const ir::Instr& start = p_.instr(event.other);
        if (start.spawn != ir::SpawnKind::thread)
            return;
        report::Finding finding = base(event.exceptional ? "exception-path" : "destroyed", function, event);
        // A thread that a callee started is lost by the caller, at the call.
        bool startedHere = event.other.function == function;
        if (startedHere) {
            finding.location = locate(p_, event.other);
            finding.notes = {stepAt(p_, event.at, "destroyed here")};
        }
        bool whenThrown = !p_.instr(event.at).flags.implicit ? false : onUnwindPath(event.at);
        if (whenThrown)
            finding.variant = "exception-path";
        finding.message =
            fmt::format("'{}' may be destroyed while joinable{}: std::terminate is called",
                        spell(function, event.object), whenThrown ? " when an exception is thrown" : " on some path");
        if (whenThrown)
            finding.confidence = report::Confidence::medium;
        emit(std::move(finding));
    }

    bool onUnwindPath(link::InstrRef at) const {
        // A block from which the normal exit cannot be reached belongs to the unwinding.
        const ir::Function& code = p_.function(at.function);
        std::vector<ir::Index> work{at.block};
        std::set<ir::Index> seen{at.block};
        while (!work.empty()) {
            ir::Index block = work.back();
            work.pop_back();
            if (block == code.exitBlock)
                return false;
            for (const ir::Edge& edge : code.blocks[block].successors)
                if (seen.insert(edge.target).second)
                    work.push_back(edge.target);
        }
        return code.unwindBlock != ir::kNone && seen.contains(code.unwindBlock);
    }

    /// A member thread that the class starts and never joins, detaches or moves away: its destructor terminates.
    void memberDestroyed(link::FunctionId function, const Event& event) {
        const link::Expr& e = (*p_.exprs)[event.object];
        if (e.kind != link::ExprKind::field || !p_.function(function).isDestructor)
            return;
        auto start = filled_.find(e.b);
        if (start == filled_.end() || released_.contains(e.b))
            return;
        ir::Index type = p_.code.fields[e.b].type;
        if (type != ir::kNone && p_.code.types[type].kind != ir::TypeKind::thread)
            return;
        Event at = event;
        at.other = start->second;
        report::Finding finding = base("member", function, at);
        finding.location = locate(p_, start->second);
        finding.notes = {stepAt(p_, event.at, "destroyed here")};
        finding.message =
            fmt::format("member '{}' is never joined: its destructor calls std::terminate while the thread is joinable",
                        p_.code.fields[e.b].name);
        finding.subject = p_.code.fields[e.b].record + "::" + p_.code.fields[e.b].name;
        emit(std::move(finding));
    }

    void lost(link::FunctionId function, const Event& event) {
        const ir::Instr& start = p_.instr(event.other);
        bool process = start.op == ir::Op::fork;
        report::Finding finding = base(process ? "process" : "pthread", function, event);
        finding.notes.clear();
        if (event.exceptional) { // it keeps its stack or stays a zombie, where a std::thread would end the program
            finding.variant = "exception-path";
            finding.confidence = report::Confidence::low;
        }
        finding.message = process ? "the child process started here is not waited for on some path"
                                  : "the thread started here is neither joined nor detached on some path";
        emit(std::move(finding));
    }

    /// A handle kept in a global or member that nothing in the program ever joins, detaches or hands on.
    void lostForever() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const link::SpawnFact& spawn : p_.facts[f].spawns) {
                const ir::Instr& instr = p_.instr(spawn.at);
                bool plain =
                    instr.op == ir::Op::spawn && instr.spawn == ir::SpawnKind::pthread && spawn.handle != link::kNoExpr;
                if (!plain || !(*p_.exprs)[spawn.handle].a)
                    continue;
                link::ExprKind root = (*p_.exprs)[p_.exprs->root(spawn.handle)].kind;
                if (root != link::ExprKind::global && root != link::ExprKind::parameter)
                    continue;
                ir::Index member = lastField(instr.operands[0].place);
                bool joined = member != ir::kNone && released_.contains(member);
                for (link::LocationId location : p_.pointsTo->locationsOf(f, instr.operands[0].place))
                    for (link::LocationId held : p_.pointsTo->pointees(location))
                        joined = joined || joinedThreads_.contains(held);
                if (joined)
                    continue;
                Event event{EventKind::handleLost, spawn.at, spawn.handle, link::kNoExpr, spawn.at, {},
                            spawn.point,           false};
                report::Finding finding = base("pthread", f, event);
                finding.notes.clear();
                finding.confidence = report::Confidence::medium;
                finding.message = "the thread started here is never joined or detached";
                emit(std::move(finding));
            }
    }

    void emit(report::Finding finding) {
        if (seen_.insert({finding.location, finding.variant}).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::map<ir::Index, link::InstrRef> filled_;
    std::set<ir::Index> released_;
    std::set<link::LocationId> joinedThreads_;
    std::set<std::pair<report::Location, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { UnjoinedThread(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{
    {"unjoined-thread", "Threads, processes and futures that nobody waits for", report::Level::error}, run}));

} // namespace deadheat::checks
