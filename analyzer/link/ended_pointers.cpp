// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/ended_pointers.h"

#include "analyzer/link/state.h"

#include <algorithm>

namespace deadheat::link {

namespace {

constexpr int kMostLevels = 8; ///< of functions that call functions that free

/// The variable whose value is passed; kNone for other values.
ir::Index variableOf(const ir::Value& value) {
    const bool isVariable =
        value.kind == ir::ValueKind::load && value.place.root == ir::RootKind::local && value.place.steps.empty();
    return isVariable ? value.place.index : ir::kNone;
}

} // namespace

EndedPointers::EndedPointers(const ir::Module& code, std::span<const ir::Index> functionOfSymbol)
    : code_(code), functionOfSymbol_(functionOfSymbol), ended_(code.functions.size()) {
    bool any = true;
    for (int level = 0; any && level < kMostLevels; ++level) {
        any = false;
        for (FunctionId f = 0; f < code_.functions.size(); ++f)
            any |= addFrom(f);
    }
}

/// Whether there was anything new.
bool EndedPointers::addFrom(FunctionId function) {
    const std::size_t before = ended_[function].size();
    for (const ir::Block& block : code_.functions[function].blocks)
        for (const ir::Instr& instr : block.instrs)
            addFrom(instr, ended_[function]);
    return ended_[function].size() != before;
}

void EndedPointers::addFrom(const ir::Instr& instr, std::vector<ir::Index>& ended) const {
    auto add = [&](const ir::Value& value) {
        if (const ir::Index variable = variableOf(value); variable != ir::kNone)
            insert(ended, variable);
    };
    if (instr.op == ir::Op::free)
        add(instr.operands[0]);
    const bool isDirect = instr.op == ir::Op::call && instr.symbol != ir::kNone;
    const FunctionId callee = isDirect ? functionOfSymbol_[instr.symbol] : kNoId;
    if (callee != kNoId)
        for (const ir::Index parameter : std::vector(ended_[callee])) // may be the caller's own
            if (parameter < instr.operands.size())
                add(instr.operands[parameter]);
    // `object->destroy(object)`
    const bool isThroughPointer = instr.op == ir::Op::callIndirect && instr.operands[0].kind == ir::ValueKind::load;
    for (std::size_t i = 1; isThroughPointer && i < instr.operands.size(); ++i) {
        const ir::Place& callable = instr.operands[0].place;
        if (callable.root == ir::RootKind::local && !callable.steps.empty() &&
            callable.index == variableOf(instr.operands[i]))
            add(instr.operands[i]);
    }
}

} // namespace deadheat::link
