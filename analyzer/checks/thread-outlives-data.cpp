// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// thread-outlives-data: a thread goes on while what it uses is destroyed: locals of the function that started it (or the object
// that did) when it is detached or its handle is given away, and variables that die before the handle whose destructor waits.
// Members are judged in thread_members.cpp.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/instr_paths.h"
#include "analyzer/checks/thread_members.h"
#include "analyzer/link/control_flow.h"

#include <fmt/format.h>
#include <set>

namespace deadheat::checks {

namespace {

using link::OutlivingThread;
using report::Confidence;

class ThreadOutlivesData {
public:
    ThreadOutlivesData(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) {}

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f) {
            for (const OutlivingThread& thread : p_.facts[f].outliving)
                judgeOutliving(f, thread);
            for (const link::Event& event : p_.facts[f].events)
                if (event.kind == link::EventKind::handleAwaited)
                    judgeAwaited(f, event);
        }
        for (const MemberLifetime& member : findDyingMembers(p_))
            reportMember(member);
    }

private:
    // ---- detached, or handed out ----

    void judgeOutliving(link::FunctionId function, const OutlivingThread& thread) {
        for (link::ExprId reference : thread.refersTo) {
            bool isThis = (*p_.exprs)[reference].kind == link::ExprKind::parameter;
            if (isThis && (!thread.detached || livesLongEnough(function, thread)))
                continue;
            if (returnsWithoutWaiting(thread, reference))
                return reportOutliving(function, thread, reference, isThis);
        }
    }

    /// Whether the object that starts a detached thread is static, never freed, kept alive by the thread, or waits in its destructor.
    bool livesLongEnough(link::FunctionId function, const OutlivingThread& thread) const {
        const std::string& record = p_.function(function).record;
        return isKeptAlive(thread.start, record) || destructorWaits(record) ||
               isStatic(p_.pointsTo->localLocation(function, 0));
    }

    bool isKeptAlive(link::InstrRef start, const std::string& record) const {
        for (const ir::Value& operand : p_.instr(start).operands)
            for (link::LocationId location : p_.pointsTo->locationsOf(start.function, operand.place))
                for (const ir::Field& field : p_.code.fields) {
                    bool owns = field.type != ir::kNone &&
                                p_.code.types[field.type].kind == ir::TypeKind::sharedPointer &&
                                p_.code.types[field.type].record == record;
                    if (owns && holds(location, field.record))
                        return true;
                }
        return false;
    }

    bool holds(link::LocationId location, const std::string& record) const {
        const link::Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(location));
        if (object.kind != link::ObjectKind::local)
            return false;
        ir::Index type = p_.function(object.index).locals[object.sub].type;
        return type != ir::kNone && p_.code.types[type].record == record;
    }

    bool destructorWaits(const std::string& record) const {
        for (link::FunctionId f = 0; f < p_.code.functions.size(); ++f)
            if (p_.function(f).isDestructor && p_.function(f).record == record && waits(f, 2))
                return true;
        return false;
    }

    bool isStatic(link::LocationId self) const {
        std::span<const link::LocationId> objects = p_.pointsTo->pointees(self);
        return !objects.empty() && std::ranges::all_of(objects, [&](link::LocationId location) {
            const link::Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(location));
            bool inMain = object.kind == link::ObjectKind::local && p_.function(object.index).isMain;
            return object.kind == link::ObjectKind::global || inMain;
        });
    }

    bool waits(link::FunctionId function, int depth) const {
        if (!p_.facts[function].waits.empty())
            return true;
        for (const ir::Block& block : p_.function(function).blocks)
            for (const ir::Instr& instr : block.instrs)
                if (isWait(instr))
                    return true;
        if (depth > 0)
            for (const link::CallFact& call : p_.facts[function].calls)
                for (link::FunctionId target : call.targets)
                    if (waits(target, depth - 1))
                        return true;
        return false;
    }

    static bool isWait(const ir::Instr& instr) {
        switch (instr.op) {
        case ir::Op::wait:
        case ir::Op::semaphoreWait:
        case ir::Op::latchWait:
        case ir::Op::barrierWait:
        case ir::Op::futureGet:
        case ir::Op::join:
        case ir::Op::block: return true;
        default: return false;
        }
    }

    /// Whether the function can end after the thread got away from it, without anything that could be a wait for the thread.
    bool returnsWithoutWaiting(const OutlivingThread& thread, link::ExprId reference) const {
        link::InstrRef from = thread.detached ? thread.detached : thread.start;
        link::ControlFlow flow(p_.function(from.function));
        bool returns = false;
        walkFrom(
            p_, from,
            [&](link::InstrRef at) {
                const ir::Instr& instr = p_.instr(at);
                // A loop that reads the variable, or that goes on as long as another one that the thread was given says so, polls for
                // its end.
                bool polls = instr.op == ir::Op::read && flow.inLoop(at.block) &&
                             (isLocal(reference, instr.operands[0].place) || decidesLoop(thread, at));
                bool waitsInCallee =
                    instr.op == ir::Op::call &&
                    std::ranges::any_of(p_.pointsTo->targets(at), [&](link::FunctionId f) { return waits(f, 1); });
                return !isWait(instr) && !polls && !waitsInCallee;
            },
            [&] { returns = true; });
        return returns;
    }

    /// Whether the place is in the local that is referred to.
    bool isLocal(link::ExprId reference, const ir::Place& place) const {
        const link::Expr& e = (*p_.exprs)[reference];
        return e.kind == link::ExprKind::local && place.root == ir::RootKind::local && e.b == place.index;
    }

    /// Whether the block of the read branches on what is read, and that is a variable which the thread was given.
    bool decidesLoop(const OutlivingThread& thread, link::InstrRef read) const {
        const ir::Condition& condition = p_.function(read.function).blocks[read.block].condition;
        const ir::Place& place = p_.instr(read).operands[0].place;
        const bool isTested = (condition.left.kind == ir::ValueKind::load && condition.left.place == place) ||
                              (condition.right.kind == ir::ValueKind::load && condition.right.place == place);
        return isTested &&
               std::ranges::any_of(thread.refersTo, [&](link::ExprId reference) { return isLocal(reference, place); });
    }

    std::string nameOf(link::ExprId reference) const {
        const link::Expr& e = (*p_.exprs)[reference];
        return e.kind == link::ExprKind::local ? p_.function(e.a).locals[e.b].name : "this";
    }

    void reportOutliving(link::FunctionId function, const OutlivingThread& thread, link::ExprId reference,
                         bool isThis) {
        std::string name = nameOf(reference);
        Confidence confidence = isThis                         ? Confidence::medium
                                : p_.function(function).isMain ? Confidence::low
                                                               : Confidence::high;
        report::Finding finding = base(isThis            ? "detached-this"
                                       : thread.detached ? "detached"
                                                         : "handed-out",
                                       confidence, p_.function(function).name + " " + name);
        finding.location = locate(p_, thread.detached ? thread.detached : thread.start);
        std::string way = thread.detached ? "is detached" : "may run on after this function returns";
        finding.message =
            isThis ? fmt::format("the thread {} though it uses 'this', which may be destroyed before it ends", way)
                   : fmt::format("the thread {} though it refers to the local '{}'", way, name);
        if (thread.detached)
            finding.notes.push_back(stepAt(p_, thread.start, "started here"));
        report::Trace trace{"path through '" + p_.function(function).name + "'", {}, {}};
        trace.steps.push_back(stepAt(p_, thread.start, fmt::format("thread started with a reference to '{}'", name)));
        if (thread.detached)
            trace.steps.push_back(stepAt(p_, thread.detached, "detached"));
        finding.traces.push_back(std::move(trace));
        emit(std::move(finding));
    }

    // ---- destroyed before the handle that waits ----

    static bool isLater(const ir::Range& a, const ir::Range& b) {
        return a.file == b.file && a.file != ir::kNone && std::pair(a.line, a.column) > std::pair(b.line, b.column);
    }

    void judgeAwaited(link::FunctionId function, const link::Event& event) {
        const link::Expr& handle = (*p_.exprs)[p_.exprs->root(event.object)];
        if (handle.kind != link::ExprKind::local || handle.a != function || !p_.instr(event.at).flags.implicit)
            return;
        const ir::Local& owner = p_.function(function).locals[handle.b];
        if (owner.kind != ir::LocalKind::variable)
            return;
        for (const link::SpawnFact& spawn : p_.facts[function].spawns) {
            if (spawn.at != event.other)
                continue;
            for (link::ExprId reference : spawn.refersTo) {
                const link::Expr& e = (*p_.exprs)[reference];
                if (e.kind != link::ExprKind::local)
                    continue;
                const ir::Local& local = p_.function(function).locals[e.b];
                if (local.kind == ir::LocalKind::variable && isLater(local.range, owner.range))
                    return reportAwaited(function, event, owner, local);
            }
        }
    }

    void reportAwaited(link::FunctionId function, const link::Event& event, const ir::Local& owner,
                       const ir::Local& local) {
        report::Finding finding = base("local-order", Confidence::high, p_.function(function).name + " " + local.name);
        finding.location = locate(p_, owner.range);
        finding.message = fmt::format("'{}' waits for its thread when it is destroyed, but '{}', which the thread "
                                      "uses, is declared later and destroyed before",
                                      owner.name, local.name);
        finding.notes = {
            {locate(p_, local.range), fmt::format("'{}' declared here", local.name), p_.function(function).name},
            stepAt(p_, event.other, "thread started here")};
        report::Trace trace{"path through '" + p_.function(function).name + "'", {}, {}};
        trace.steps = {stepAt(p_, event.other, fmt::format("thread started with a reference to '{}'", local.name)),
                       stepAt(p_, event.at, "waited for here")};
        finding.traces.push_back(std::move(trace));
        emit(std::move(finding));
    }

    void reportMember(const MemberLifetime& member) {
        const ir::Field &handle = p_.code.fields[member.handle], &data = p_.code.fields[member.data];
        bool derived = member.kind == MemberLifetime::Kind::derived;
        report::Finding finding = base(derived ? "derived-member" : "member-order", member.confidence,
                                       recordName(data.record) + "::" + data.name);
        finding.location = locate(p_, derived ? data.range : handle.range);
        finding.message =
            derived ? fmt::format("'{}' is destroyed before the base class '{}' waits for the thread that uses it",
                                  data.name, recordName(handle.record))
                    : fmt::format("'{}' waits for its thread when it is destroyed, but '{}', which the thread uses, is "
                                  "declared later and destroyed before",
                                  handle.name, data.name);
        finding.notes = {{locate(p_, derived ? handle.range : data.range),
                          fmt::format("'{}' declared here", derived ? handle.name : data.name), ""},
                         stepAt(p_, member.start, "thread started here"),
                         stepAt(p_, member.use, fmt::format("'{}' used by the thread here", data.name))};
        report::Trace trace{"thread", {}, {}};
        trace.steps = {stepAt(p_, member.start, "started"),
                       stepAt(p_, member.use, fmt::format("'{}' used", data.name))};
        finding.traces.push_back(std::move(trace));
        emit(std::move(finding));
    }

    std::string recordName(const std::string& usr) const {
        auto record = std::ranges::find(p_.code.records, usr, &ir::Record::usr);
        return record == p_.code.records.end() ? usr : record->name;
    }

    static report::Finding base(const std::string& variant, Confidence confidence, std::string subject) {
        report::Finding finding;
        finding.rule = "thread-outlives-data";
        finding.variant = variant;
        finding.level = report::Level::error;
        finding.confidence = confidence;
        finding.world = report::World::local;
        finding.subject = std::move(subject);
        return finding;
    }

    void emit(report::Finding finding) {
        if (seen_.insert({finding.location, finding.variant}).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::set<std::pair<report::Location, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { ThreadOutlivesData(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{
    {"thread-outlives-data", "Threads that go on while what they use is destroyed", report::Level::error}, run}));

} // namespace deadheat::checks
