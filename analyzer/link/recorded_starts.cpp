// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/recorded_starts.h"

#include "analyzer/link/function_copies.h"
#include "analyzer/link/ids.h"
#include "analyzer/link/merge.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <map>
#include <set>

namespace deadheat::link {

namespace {

constexpr std::size_t kMostInstrs = 200; ///< of a function on the way; what is larger does more than to start a thread
constexpr std::size_t kMostCopies = 64;  ///< of one wrapper in one round
constexpr int kMostLevels = 3;           ///< records that lead to records
constexpr int kMostCalls = 4;            ///< from the wrapper to the call through the record

/// The field that the value is read from; kNone for other values.
ir::Index fieldOf(const ir::Value& value) {
    const std::vector<ir::Step>& steps = value.place.steps;
    const bool isField =
        value.kind == ir::ValueKind::load && !steps.empty() && steps.back().kind == ir::StepKind::field;
    return isField ? steps.back().index : ir::kNone;
}

class RecordedStarts {
public:
    explicit RecordedStarts(ir::Module& code) : code_(code), functionOfSymbol_(functionsBySymbol(code)) {}

    /// Whether there was anything to copy.
    bool run() {
        findWrappers();
        const std::size_t before = code_.functions.size();
        for (FunctionId function = 0; function < before && !wrappers_.empty(); ++function)
            for (ir::Block& block : code_.functions[function].blocks)
                for (ir::Instr& instr : block.instrs)
                    redirect(instr);
        for (ir::Function& copy : copies_)
            code_.functions.push_back(std::move(copy));
        declareUnused(code_, copied_);
        return !copies_.empty();
    }

private:
    struct Caller {
        FunctionId function;
        bool starts; ///< a thread in which the callee runs
    };
    /// What a function keeps in which field.
    struct Wrapper {
        ir::Index parameter, field;
    };

    template <class Visit>
    void forEachInstr(FunctionId function, const Visit& visit) const {
        for (const ir::Block& block : code_.functions[function].blocks)
            for (const ir::Instr& instr : block.instrs)
                visit(instr);
    }

    bool isSmall(FunctionId function) const {
        std::size_t instrs = 0;
        for (const ir::Block& block : code_.functions[function].blocks)
            instrs += block.instrs.size();
        return instrs <= kMostInstrs && !code_.functions[function].isVirtual;
    }

    FunctionId functionOf(ir::Index symbol) const { return symbol == ir::kNone ? kNoId : functionOfSymbol_[symbol]; }

    /// The function that runs here or in a thread that starts here; kNoId where that is not said by name.
    FunctionId calleeOf(const ir::Instr& instr) const {
        if (instr.op == ir::Op::call)
            return functionOf(instr.symbol);
        const bool isStart =
            instr.op == ir::Op::spawn && instr.operands.size() > 1 && instr.operands[1].kind == ir::ValueKind::function;
        return isStart ? functionOf(instr.operands[1].symbol) : kNoId;
    }

    /// Whether the function calls what the field holds, itself or by `calls` others; with `needsStart`, in a thread that it starts.
    bool leadsTo(FunctionId function, ir::Index field, bool needsStart, int calls) {
        const std::map<std::pair<FunctionId, bool>, int>& distances = distancesTo(field);
        auto isNear = [&](bool inThread) {
            const auto known = distances.find({function, inThread});
            return known != distances.end() && known->second <= calls;
        };
        return isNear(true) || (!needsStart && isNear(false));
    }

    /// By function, and whether a start lies between: how many calls it is from one through the field.
    const std::map<std::pair<FunctionId, bool>, int>& distancesTo(ir::Index field) {
        const auto [known, isNew] = distances_.try_emplace(field);
        std::map<std::pair<FunctionId, bool>, int>& distances = known->second;
        if (!isNew)
            return distances;
        std::deque<std::pair<FunctionId, bool>> work;
        for (const FunctionId function : callersThrough_[field])
            if (isSmall_[function] && distances.try_emplace({function, false}, 0).second)
                work.emplace_back(function, false);
        for (; !work.empty(); work.pop_front()) {
            const auto [callee, inThread] = work.front();
            const int distance = distances.at(work.front()) + 1;
            if (distance <= kMostCalls)
                for (const Caller& caller : callersOf_[callee])
                    if (distances.try_emplace({caller.function, inThread || caller.starts}, distance).second)
                        work.emplace_back(caller.function, inThread || caller.starts);
        }
        return distances;
    }

    /// Who calls whom, and what is called through which field, directly or by way of a local variable.
    void indexCalls() {
        callersOf_.resize(code_.functions.size());
        for (FunctionId f = 0; f < code_.functions.size(); ++f) {
            isSmall_.push_back(isSmall(f));
            std::map<ir::Index, std::vector<ir::Index>> copied; // by local: fields
            forEachInstr(f, [&](const ir::Instr& instr) {
                if (instr.op == ir::Op::copy && isLocal(instr.result) && fieldOf(instr.operands[0]) != ir::kNone)
                    copied[instr.result.index].push_back(fieldOf(instr.operands[0]));
                if (const FunctionId callee = isSmall_[f] ? calleeOf(instr) : kNoId; callee != kNoId && callee != f)
                    callersOf_[callee].push_back({f, instr.op == ir::Op::spawn});
            });
            forEachInstr(f, [&](const ir::Instr& instr) {
                if (instr.op != ir::Op::callIndirect)
                    return;
                const ir::Value& callee = instr.operands[0];
                if (fieldOf(callee) != ir::kNone)
                    callersThrough_[fieldOf(callee)].push_back(f);
                else if (callee.kind == ir::ValueKind::load && isLocal(callee.place))
                    for (const ir::Index field : copied[callee.place.index])
                        callersThrough_[field].push_back(f);
            });
        }
    }

    static bool isLocal(const ir::Place& place) { return place.root == ir::RootKind::local && place.steps.empty(); }

    void findWrappers() {
        indexCalls();
        for (FunctionId f = 0; f < code_.functions.size(); ++f)
            forEachInstr(f, [&](const ir::Instr& instr) {
                const std::vector<ir::Step>& to = instr.result.steps;
                if (instr.op != ir::Op::copy || to.empty() || to.back().kind != ir::StepKind::field)
                    return;
                const ir::Index field = to.back().index;
                const ir::Index parameter = parameterOf(code_.functions[f], instr.operands[0]);
                if (parameter != ir::kNone && callersThrough_.contains(field) && isSmall_[f] &&
                    staysAsPassed(code_.functions[f], parameter) && leadsTo(f, field, true, kMostCalls))
                    wrappers_.try_emplace(f, Wrapper{parameter, field});
            });
        for (int level = 1; level < kMostLevels && !wrappers_.empty(); ++level)
            for (FunctionId f = 0; f < code_.functions.size(); ++f)
                forEachInstr(f, [&](const ir::Instr& instr) { notePassing(f, instr); });
    }

    /// Who passes its own parameter on to a wrapper is one, too.
    void notePassing(FunctionId function, const ir::Instr& call) {
        const Wrapper* wrapper = wrapperCalledBy(call);
        if (!wrapper || !isSmall_[function])
            return;
        const ir::Index parameter = parameterOf(code_.functions[function], call.operands[wrapper->parameter]);
        if (parameter != ir::kNone && staysAsPassed(code_.functions[function], parameter))
            wrappers_.try_emplace(function, Wrapper{parameter, wrapper->field});
    }

    const Wrapper* wrapperCalledBy(const ir::Instr& call) const {
        const auto known = call.op == ir::Op::call ? wrappers_.find(functionOf(call.symbol)) : wrappers_.end();
        return known != wrappers_.end() && known->second.parameter < call.operands.size() ? &known->second : nullptr;
    }

    void redirect(ir::Instr& call) {
        const Wrapper* wrapper = wrapperCalledBy(call);
        if (!wrapper || call.operands[wrapper->parameter].kind != ir::ValueKind::function)
            return;
        const FunctionId callee = functionOf(call.symbol);
        if (made_[callee]++ < kMostCopies)
            call.symbol = copyFor(callee, wrapper->field, call.operands[wrapper->parameter], kMostCalls);
    }

    /// A copy in which the field holds `constant`, and so do the copies of what leads on to calls through the field.
    ir::Index copyFor(FunctionId function, ir::Index field, const ir::Value& constant, int calls) {
        ir::Function copy = code_.functions[function];
        copy.usr += fmt::format(" starting {} ({})", code_.symbols[constant.symbol], copies_.size() + ++serial_);
        copied_.insert(function);
        const auto wrapper = wrappers_.find(function);
        for (ir::Block& block : copy.blocks)
            for (ir::Instr& instr : block.instrs) {
                for (ir::Value& operand : instr.operands) {
                    const bool isPassed =
                        wrapper != wrappers_.end() && parameterOf(copy, operand) == wrapper->second.parameter;
                    const bool isHeld =
                        fieldOf(operand) == field && (instr.op == ir::Op::copy || &operand == instr.operands.data());
                    if (isPassed || isHeld)
                        operand = constant;
                }
                callDirectly(copy, instr);
                if (const FunctionId callee = calls > 0 ? calleeOf(instr) : kNoId;
                    callee != kNoId && callee != function && isSmall_[callee] &&
                    leadsTo(callee, field, false, calls - 1)) {
                    const ir::Index symbol = copyFor(callee, field, constant, calls - 1);
                    (instr.op == ir::Op::call ? instr.symbol : instr.operands[1].symbol) = symbol;
                }
            }
        const auto symbol = static_cast<ir::Index>(code_.symbols.size());
        code_.symbols.push_back(copy.usr);
        copies_.push_back(std::move(copy));
        return symbol;
    }

    /// A call through the field, or through a variable that was read from it, is a call of the constant.
    void callDirectly(const ir::Function& copy, ir::Instr& instr) const {
        if (instr.op != ir::Op::callIndirect || instr.symbol != ir::kNone)
            return;
        ir::Value callee = instr.operands[0];
        for (const ir::Block& block : copy.blocks)
            for (const ir::Instr& other : block.instrs)
                if (other.op == ir::Op::copy && callee.kind == ir::ValueKind::load && other.result == callee.place &&
                    other.operands[0].kind == ir::ValueKind::function)
                    callee = other.operands[0];
        if (callee.kind != ir::ValueKind::function)
            return;
        instr.op = ir::Op::call;
        instr.symbol = callee.symbol;
        instr.operands.erase(instr.operands.begin());
    }

    ir::Module& code_;
    std::vector<ir::Index> functionOfSymbol_;
    std::vector<std::vector<Caller>> callersOf_;                                ///< small ones only
    std::map<ir::Index, std::vector<FunctionId>> callersThrough_;               ///< by field
    std::map<ir::Index, std::map<std::pair<FunctionId, bool>, int>> distances_; ///< by field, as asked for
    std::vector<bool> isSmall_;
    std::map<FunctionId, Wrapper> wrappers_;
    std::map<FunctionId, std::size_t> made_; ///< copies
    std::set<FunctionId> copied_;
    std::vector<ir::Function> copies_;
    std::size_t serial_ = 0;
};

} // namespace

void copyRecordedStarts(ir::Module& code) {
    for (int level = 0; level < kMostLevels; ++level)
        if (!RecordedStarts(code).run())
            return;
}

} // namespace deadheat::link
