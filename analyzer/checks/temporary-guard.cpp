// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// temporary-guard: a guard without a name is destroyed at the end of the statement that makes it, before anything is done
// under its lock. Any class that takes a lock when it is made and releases it when it is destroyed is a guard.
#include "analyzer/checks/describe.h"

#include <fmt/format.h>
#include <optional>
#include <set>

namespace deadheat::checks {

namespace {

class TemporaryGuard {
public:
    TemporaryGuard(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) {}

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f) {
            function_ = f;
            std::set<link::InstrRef> judged;
            findEmptyGuards();
            for (const link::ReleaseFact& release : p_.facts[f].releases)
                if (release.kind == link::ReleaseKind::own && judged.insert(release.at).second)
                    judge(release.at);
        }
    }

private:
    /// The temporary whose life the instruction ends.
    ir::Index endedTemporary(const ir::Instr& instr) const {
        if (instr.operands.empty() || instr.operands[0].kind != ir::ValueKind::address)
            return ir::kNone;
        const ir::Place& place = instr.operands[0].place;
        bool isTemporary = place.root == ir::RootKind::local && place.steps.empty() &&
                           locals()[place.index].kind == ir::LocalKind::temporary;
        return isTemporary && (instr.op == ir::Op::guardDestroy || isDestructorCall(instr)) ? place.index : ir::kNone;
    }

    bool isDestructorCall(const ir::Instr& instr) const {
        if (instr.op != ir::Op::call || instr.symbol == ir::kNone)
            return false;
        link::FunctionId callee = p_.functionOfSymbol[instr.symbol];
        return callee != link::kNoId && p_.function(callee).isDestructor;
    }

    const std::vector<ir::Local>& locals() const { return p_.function(function_).locals; }

    static bool concerns(const ir::Instr& instr, ir::Index temporary) {
        auto isIt = [&](const ir::Place& place) {
            return place.root == ir::RootKind::local && place.index == temporary;
        };
        return isIt(instr.result) || (!instr.operands.empty() && isIt(instr.operands[0].place));
    }

    /// Whether the instruction does nothing that a lock could be needed for.
    static bool isIdle(const ir::Instr& instr) {
        switch (instr.op) {
        case ir::Op::copy:
        case ir::Op::guardDestroy:
        case ir::Op::handleDestroy: return true;
        default: return false;
        }
    }

    std::optional<link::InstrRef> before(link::InstrRef at) const {
        const ir::Function& code = p_.function(function_);
        ir::Index block = at.block, instr = at.instr;
        for (int steps = 0; instr == 0 && steps < 8; ++steps) {
            std::vector<ir::Index> from;
            for (ir::Index b = 0; b < code.blocks.size(); ++b)
                for (const ir::Edge& edge : code.blocks[b].successors)
                    if (edge.target == block && edge.kind != ir::EdgeKind::exceptional)
                        from.push_back(b);
            if (from.size() != 1)
                return std::nullopt;
            block = from[0];
            instr = code.blocks[block].instrs.size();
        }
        return instr == 0 ? std::nullopt : std::optional(link::InstrRef{function_, block, instr - 1});
    }

    /// Back from the temporary's end over what is idle to the instruction that made it.
    void judge(link::InstrRef end) {
        ir::Index temporary = endedTemporary(p_.instr(end));
        if (temporary == ir::kNone)
            return;
        std::optional<link::InstrRef> at = before(end);
        while (at && !concerns(p_.instr(*at), temporary) && isIdle(p_.instr(*at)))
            at = before(*at);
        if (!at || !concerns(p_.instr(*at), temporary))
            return;
        std::vector<std::string> names = locksTakenAt(*at);
        if (!names.empty())
            report(*at, end, names);
    }

    /// `std::unique_lock<std::mutex>(mutex);` declares a guard called mutex that never gets a lock.
    void findEmptyGuards() {
        std::set<ir::Index> used, destroyed;
        for (const ir::Block& block : p_.function(function_).blocks)
            for (const ir::Instr& instr : block.instrs) {
                auto note = [&](const ir::Place& place) {
                    if (place.root == ir::RootKind::local)
                        (instr.op == ir::Op::guardDestroy ? destroyed : used).insert(place.index);
                };
                note(instr.result);
                for (const ir::Value& operand : instr.operands)
                    note(operand.place);
            }
        for (ir::Index local : destroyed)
            if (!used.contains(local) && locals()[local].kind == ir::LocalKind::variable)
                reportEmpty(locals()[local]);
    }

    void reportEmpty(const ir::Local& guard) {
        report::Finding finding = base(locate(p_, guard.range), "'" + guard.name + "'");
        finding.variant = "empty-guard";
        finding.message = fmt::format("this declares a guard called '{}' that never gets a lock", guard.name);
        findings_.push_back(std::move(finding));
    }

    std::vector<std::string> locksTakenAt(link::InstrRef at) const {
        std::vector<std::string> names;
        for (const link::AcquireFact& acquire : p_.facts[function_].acquires) {
            bool here = acquire.via ? acquire.via == at : acquire.at == at;
            std::string name = "'" + nameLock(p_, acquire.lock, function_) + "'";
            if (here && std::ranges::find(names, name) == names.end())
                names.push_back(name);
        }
        return names;
    }

    report::Finding base(report::Location place, const std::string& names) const {
        report::Finding finding;
        finding.rule = "temporary-guard";
        finding.level = report::Level::error;
        finding.confidence = report::Confidence::high;
        finding.world = report::World::local;
        finding.subject = p_.function(function_).name + " " + names;
        finding.location = std::move(place);
        return finding;
    }

    void report(link::InstrRef made, link::InstrRef end, const std::vector<std::string>& names) {
        report::Finding finding = base(locate(p_, made), listOf(names));
        finding.message = fmt::format(
            "the guard of {} has no name: it is destroyed at the end of this statement and protects nothing",
            listOf(names));
        report::Trace trace{"path through '" + p_.function(function_).name + "'", {}, {}};
        trace.steps = {stepAt(p_, made, listOf(names) + " taken"), stepAt(p_, end, listOf(names) + " released")};
        finding.traces.push_back(std::move(trace));
        findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    link::FunctionId function_ = link::kNoId;
};

void run(Subject& subject, Findings& findings) { TemporaryGuard(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{{"temporary-guard", "Guards without a name, destroyed at once", report::Level::error},
                               run}));

} // namespace deadheat::checks
