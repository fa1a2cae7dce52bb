// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/thread_members.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace deadheat::checks {

namespace {

/// How deep a thread's callees are searched for the members that it uses.
constexpr int kMaxDepth = 6;

ir::Index lastField(const ir::Place& place) {
    for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step)
        if (step->kind == ir::StepKind::field)
            return step->index;
    return ir::kNone;
}

class ThreadMembers {
public:
    explicit ThreadMembers(const link::WholeProgram& program) : p_(program) {
        for (const ir::Record& record : p_.code.records)
            records_.try_emplace(record.usr, &record);
        findStarts();
    }

    std::vector<MemberLifetime> run() {
        for (const auto& [start, handle] : starts_)
            judge(start, handle);
        return std::move(found_);
    }

private:
    /// Threads whose handle is a member: started into it, or moved there from a local.
    void findStarts() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const link::SpawnFact& spawn : p_.facts[f].spawns) {
                const ir::Instr& instr = p_.instr(spawn.at);
                if (instr.op != ir::Op::spawn || instr.operands.empty())
                    continue;
                const ir::Place& handle = instr.operands[0].place;
                ir::Index field = handle.root == ir::RootKind::local && handle.steps.empty() ? movedTo(f, handle.index)
                                                                                             : lastField(handle);
                if (field != ir::kNone)
                    starts_.emplace_back(spawn.at, field);
            }
    }

    ir::Index movedTo(link::FunctionId function, ir::Index local) const {
        for (const ir::Block& block : p_.function(function).blocks)
            for (const ir::Instr& instr : block.instrs) {
                bool moves = instr.op == ir::Op::handleMove && instr.operands.size() > 1;
                if (moves && instr.operands[1].place.root == ir::RootKind::local &&
                    instr.operands[1].place.index == local)
                    return lastField(instr.operands[0].place);
            }
        return ir::kNone;
    }

    void judge(link::InstrRef start, ir::Index handle) {
        const ir::Record* owner = recordOf(handle);
        if (!owner || joinedFromOutside(handle))
            return;
        std::map<ir::Index, link::InstrRef> used;
        std::set<link::FunctionId> seen;
        for (link::FunctionId entry : p_.pointsTo->targets(start))
            collectUses(entry, used, seen, kMaxDepth);
        bool handleWaits =
            p_.instr(start).spawn == ir::SpawnKind::joiningThread || p_.instr(start).spawn == ir::SpawnKind::async;
        if (handleWaits && !destructorJoins(owner->usr, handle))
            judgeOrder(start, handle, *owner, used);
        judgeDerived(start, handle, *owner, used);
    }

    const ir::Record* recordOf(ir::Index field) const {
        auto record = records_.find(p_.code.fields[field].record);
        return record == records_.end() ? nullptr : record->second;
    }

    /// Every member named in what the thread runs, with one place.
    void collectUses(link::FunctionId function, std::map<ir::Index, link::InstrRef>& used,
                     std::set<link::FunctionId>& seen, int depth) const {
        if (!seen.insert(function).second)
            return;
        const ir::Function& code = p_.function(function);
        for (ir::Index b = 0; b < code.blocks.size(); ++b)
            for (ir::Index i = 0; i < code.blocks[b].instrs.size(); ++i) {
                const ir::Instr& instr = code.blocks[b].instrs[i];
                link::InstrRef at{function, b, i};
                auto note = [&](const ir::Place& place) {
                    for (const ir::Step& step : place.steps)
                        if (step.kind == ir::StepKind::field)
                            used.try_emplace(step.index, at);
                };
                note(instr.result);
                for (const ir::Value& operand : instr.operands)
                    note(operand.place);
                bool calls = instr.op == ir::Op::call || instr.op == ir::Op::callIndirect || instr.op == ir::Op::once;
                if (!calls || depth == 0)
                    continue;
                for (link::FunctionId target : p_.pointsTo->targets(at))
                    collectUses(target, used, seen, depth - 1);
            }
    }

    /// Whether the end of the data matters: a number left behind is still readable.
    std::optional<report::Confidence> weight(ir::Index field) const {
        ir::Index type = p_.code.fields[field].type;
        if (type == ir::kNone)
            return std::nullopt;
        switch (p_.code.types[type].kind) {
        case ir::TypeKind::opaque:
        case ir::TypeKind::container:
        case ir::TypeKind::smartPointer:
        case ir::TypeKind::sharedPointer:
        case ir::TypeKind::callable:
        case ir::TypeKind::condition: return report::Confidence::high;
        case ir::TypeKind::mutex:
        case ir::TypeKind::recursiveMutex:
        case ir::TypeKind::sharedMutex:
        case ir::TypeKind::record: return report::Confidence::medium;
        default: return std::nullopt;
        }
    }

    void judgeOrder(link::InstrRef start, ir::Index handle, const ir::Record& owner,
                    const std::map<ir::Index, link::InstrRef>& used) {
        auto at = std::ranges::find(owner.fields, handle);
        for (; at != owner.fields.end(); ++at) {
            if (*at == handle || !used.contains(*at))
                continue;
            if (std::optional<report::Confidence> confidence = weight(*at))
                return add({MemberLifetime::Kind::order, handle, *at, start, used.at(*at), *confidence});
        }
    }

    void judgeDerived(link::InstrRef start, ir::Index handle, const ir::Record& owner,
                      const std::map<ir::Index, link::InstrRef>& used) {
        std::set<std::string> judged;
        for (const auto& [field, use] : used) {
            const ir::Record* record = recordOf(field);
            if (!record || record == &owner || !derives(*record, owner.usr) || !weight(field))
                continue;
            if (!judged.insert(record->usr).second || destructorJoins(record->usr, handle) ||
                !destructorJoinsAtAll(owner, handle, start))
                continue;
            add({MemberLifetime::Kind::derived, handle, field, start, use, report::Confidence::medium});
        }
    }

    bool derives(const ir::Record& record, const std::string& base) const {
        return std::ranges::any_of(record.bases, [&](const std::string& usr) {
            auto parent = records_.find(usr);
            return usr == base || (parent != records_.end() && derives(*parent->second, base));
        });
    }

    bool destructorJoinsAtAll(const ir::Record& owner, ir::Index handle, link::InstrRef start) const {
        return p_.instr(start).spawn == ir::SpawnKind::joiningThread || destructorJoins(owner.usr, handle);
    }

    /// In its own body or a method that it calls; destructors of base classes come too late.
    bool destructorJoins(const std::string& record, ir::Index handle) const {
        for (link::FunctionId f = 0; f < p_.code.functions.size(); ++f)
            if (p_.function(f).isDestructor && p_.function(f).record == record && joins(f, handle, 3))
                return true;
        return false;
    }

    bool joins(link::FunctionId function, ir::Index handle, int depth) const {
        for (const ir::Block& block : p_.function(function).blocks)
            for (const ir::Instr& instr : block.instrs) {
                if (instr.operands.empty())
                    continue;
                bool ends = instr.op == ir::Op::join || instr.op == ir::Op::futureGet || instr.op == ir::Op::handleMove;
                bool own = lastField(instr.operands[0].place) == handle ||
                           (instr.operands.size() > 1 && lastField(instr.operands[1].place) == handle);
                if (ends && own)
                    return true;
            }
        if (depth == 0)
            return false;
        for (const link::CallFact& call : p_.facts[function].calls)
            for (link::FunctionId target : call.targets)
                if (!p_.function(target).isDestructor && joins(target, handle, depth - 1))
                    return true;
        return false;
    }

    /// A method that joins and that other code than destructors calls: the owner ends the thread before the object.
    bool joinedFromOutside(ir::Index handle) const {
        for (link::FunctionId f = 0; f < p_.code.functions.size(); ++f) {
            const ir::Function& code = p_.function(f);
            if (code.isDestructor || code.isConstructor || !joins(f, handle, 0))
                continue;
            bool starts = std::ranges::any_of(starts_, [&](const auto& start) { return start.first.function == f; });
            if (starts)
                continue;
            for (link::InstrRef caller : p_.pointsTo->callersOf(f))
                if (!p_.function(caller.function).isDestructor)
                    return true;
        }
        return false;
    }

    void add(MemberLifetime member) {
        bool known = std::ranges::any_of(found_, [&](const MemberLifetime& m) {
            return m.kind == member.kind && m.handle == member.handle && m.data == member.data;
        });
        if (!known)
            found_.push_back(member);
    }

    const link::WholeProgram& p_;
    std::map<std::string, const ir::Record*> records_;
    std::vector<std::pair<link::InstrRef, ir::Index>> starts_;
    std::vector<MemberLifetime> found_;
};

} // namespace

std::vector<MemberLifetime> findDyingMembers(const link::WholeProgram& program) { return ThreadMembers(program).run(); }

} // namespace deadheat::checks
