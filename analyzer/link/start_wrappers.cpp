// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/start_wrappers.h"

#include "analyzer/link/function_copies.h"
#include "analyzer/link/merge.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace deadheat::link {

namespace {

constexpr std::size_t kMostInstrs = 200; ///< of a wrapper; what is larger does more than to start a thread
constexpr std::size_t kMostCopies = 32;  ///< of one wrapper in one round
constexpr int kMostLevels = 3;           ///< wrappers of wrappers

class StartWrappers {
public:
    explicit StartWrappers(ir::Module& code) : code_(code), functionOfSymbol_(functionsBySymbol(code)) {}

    /// Whether there was anything to copy.
    bool run() {
        findWrappers();
        const std::size_t before = code_.functions.size();
        for (FunctionId function = 0; function < before && !wrappers_.empty(); ++function)
            forEachCall(function, [&](InstrRef at) { redirect(at); });
        for (const ir::Function& copy : copies_)
            code_.functions.push_back(copy);
        std::set<FunctionId> copied;
        for (const auto& [wrapper, count] : made_)
            copied.insert(wrapper);
        declareUnused(code_, copied);
        return !copies_.empty();
    }

private:
    template <class Visit>
    void forEachCall(FunctionId function, const Visit& visit) const {
        const ir::Function& code = code_.functions[function];
        for (ir::Index b = 0; b < code.blocks.size(); ++b)
            for (ir::Index i = 0; i < code.blocks[b].instrs.size(); ++i)
                if (code.blocks[b].instrs[i].op == ir::Op::call)
                    visit({function, b, i});
    }

    void findWrappers() {
        for (FunctionId f = 0; f < code_.functions.size(); ++f)
            for (const ir::Block& block : code_.functions[f].blocks)
                for (const ir::Instr& instr : block.instrs)
                    if (instr.op == ir::Op::spawn && instr.operands.size() > 1)
                        note(f, instr.operands[1]);
        for (int level = 1; level < kMostLevels; ++level)
            for (FunctionId f = 0; f < code_.functions.size(); ++f)
                forEachCall(f, [&](InstrRef at) {
                    const ir::Instr& call = instrAt(code_, at);
                    if (const ir::Index entry = entryOf(call); entry != ir::kNone)
                        note(f, call.operands[entry]);
                });
    }

    void note(FunctionId function, const ir::Value& started) {
        const ir::Function& code = code_.functions[function];
        std::size_t instrs = 0;
        for (const ir::Block& block : code.blocks)
            instrs += block.instrs.size();
        if (const ir::Index parameter = parameterOf(code, started);
            parameter != ir::kNone && instrs <= kMostInstrs && !code.isVirtual && staysAsPassed(code, parameter))
            wrappers_.try_emplace(function, parameter);
    }

    /// The operand of a call of a wrapper that is started; kNone for other calls.
    ir::Index entryOf(const ir::Instr& call) const {
        const FunctionId callee = call.symbol == ir::kNone ? kNoId : functionOfSymbol_[call.symbol];
        const auto wrapper = callee == kNoId ? wrappers_.end() : wrappers_.find(callee);
        const bool isOne = wrapper != wrappers_.end() && wrapper->second < call.operands.size();
        return isOne ? wrapper->second : ir::kNone;
    }

    void redirect(InstrRef at) {
        ir::Instr& call = code_.functions[at.function].blocks[at.block].instrs[at.instr];
        const ir::Index entry = entryOf(call);
        if (entry == ir::kNone || call.operands[entry].kind != ir::ValueKind::function)
            return;
        const FunctionId wrapper = functionOfSymbol_[call.symbol];
        std::size_t& made = made_[wrapper];
        if (made++ >= kMostCopies)
            return;
        ir::Function copy = code_.functions[wrapper];
        copy.usr += fmt::format(" started from {}:{}:{}", code_.functions[at.function].usr, at.block, at.instr);
        for (ir::Block& block : copy.blocks)
            for (ir::Instr& instr : block.instrs)
                for (ir::Value& operand : instr.operands)
                    if (parameterOf(copy, operand) == entry)
                        operand = call.operands[entry];
        call.symbol = static_cast<ir::Index>(code_.symbols.size());
        code_.symbols.push_back(copy.usr);
        copies_.push_back(std::move(copy));
    }

    ir::Module& code_;
    std::vector<ir::Index> functionOfSymbol_;
    std::map<FunctionId, ir::Index> wrappers_; ///< the parameter that each starts
    std::map<FunctionId, std::size_t> made_;   ///< copies
    std::vector<ir::Function> copies_;
};

} // namespace

void copyStartWrappers(ir::Module& code) {
    for (int level = 0; level < kMostLevels; ++level)
        if (!StartWrappers(code).run())
            return;
}

} // namespace deadheat::link
