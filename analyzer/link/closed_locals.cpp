// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/closed_locals.h"

#include "analyzer/link/merge.h"

#include <unordered_set>

namespace deadheat::link {
namespace {

using ir::Op;
using ir::ValueKind;

class LocalScan {
public:
    LocalScan(const ir::Module& code, const LocationTable& table, InclusionGraph& graph)
        : code_(code), table_(table), graph_(graph), functionOfSymbol_(functionsBySymbol(code)),
          calledDirectly_(code.functions.size()), calledOtherwise_(code.functions.size()) {}

    void run() {
        findCallees();
        for (FunctionId id = 0; id < code_.functions.size(); ++id)
            closeLocalsOf(id);
    }

private:
    void findCallees() {
        std::unordered_set<std::string_view> callOperators;
        for (const ir::Record& record : code_.records)
            callOperators.insert(record.callOperator);
        for (FunctionId id = 0; id < code_.functions.size(); ++id) {
            const ir::Function& function = code_.functions[id];
            if (function.isVirtual || !function.overrides.empty() || callOperators.count(function.usr) > 0)
                calledOtherwise_[id] = true;
            for (const ir::Block& block : function.blocks)
                for (const ir::Instr& instr : block.instrs)
                    findCalleesOf(id, instr);
        }
    }

    void findCalleesOf(FunctionId caller, const ir::Instr& instr) {
        for (const ir::Value& operand : instr.operands)
            if (operand.kind == ValueKind::function || operand.kind == ValueKind::method)
                mark(calledOtherwise_, operand.symbol);
        if (instr.op != Op::call)
            return;
        if (instr.flags.isVirtual)
            mark(calledOtherwise_, instr.symbol);
        else if (instr.symbol != ir::kNone && functionOfSymbol_[instr.symbol] != caller)
            mark(calledDirectly_, instr.symbol);
    }

    void mark(std::vector<bool>& functions, ir::Index symbol) {
        if (symbol != ir::kNone && functionOfSymbol_[symbol] != ir::kNone)
            functions[functionOfSymbol_[symbol]] = true;
    }

    void closeLocalsOf(FunctionId id) {
        const ir::Function& function = code_.functions[id];
        std::vector<bool> open(function.locals.size());
        const bool isOnlyCalledDirectly = calledDirectly_[id] && !calledOtherwise_[id];
        const ir::Index formals = function.formals();
        for (ir::Index local = 0; local < formals && local < open.size(); ++local)
            open[local] = !isOnlyCalledDirectly;
        for (const ir::Block& block : function.blocks)
            for (const ir::Instr& instr : block.instrs)
                openLocalsOf(instr, open);
        for (ir::Index local = 0; local < open.size(); ++local)
            if (!open[local])
                graph_.close(table_.localNode(id, local));
    }

    static void openLocalsOf(const ir::Instr& instr, std::vector<bool>& open) {
        const bool isKnownNow =
            instr.op == Op::copy || instr.op == Op::alloc || (instr.op == Op::call && !instr.flags.isVirtual);
        if (instr.result.root == ir::RootKind::local && !isKnownNow)
            open[instr.result.index] = true;
        for (const ir::Value& operand : instr.operands)
            if (operand.kind == ValueKind::address && operand.place.root == ir::RootKind::local &&
                !goesThroughPointer(operand.place))
                open[operand.place.index] = true;
    }

    static bool goesThroughPointer(const ir::Place& place) {
        for (const ir::Step& step : place.steps)
            if (step.kind == ir::StepKind::deref)
                return true;
        return false;
    }

    const ir::Module& code_;
    const LocationTable& table_;
    InclusionGraph& graph_;
    std::vector<ir::Index> functionOfSymbol_;
    std::vector<bool> calledDirectly_, calledOtherwise_;
};

} // namespace

void closeLocals(const ir::Module& code, const LocationTable& table, InclusionGraph& graph) {
    LocalScan(code, table, graph).run();
}

} // namespace deadheat::link
