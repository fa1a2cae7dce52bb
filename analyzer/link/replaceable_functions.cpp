// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/replaceable_functions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace deadheat::link {

namespace {

/// A global, or a member of one.
using Holder = std::pair<ir::Index, std::vector<ir::Index>>;

std::optional<Holder> holderOf(const ir::Place& place) {
    if (place.root != ir::RootKind::global)
        return std::nullopt;
    Holder holder{place.index, {}};
    for (const ir::Step& step : place.steps) {
        if (step.kind != ir::StepKind::field)
            return std::nullopt;
        holder.second.push_back(step.index);
    }
    return holder;
}

template <class Visit>
void forEachInstr(ir::Module& code, const Visit& visit) {
    for (ir::Function& function : code.functions)
        for (ir::Block& block : function.blocks)
            std::ranges::for_each(block.instrs, visit);
}

} // namespace

void callReplaceableFunctions(ir::Module& code) {
    std::map<Holder, std::set<ir::Index>> stored;
    forEachInstr(code, [&](const ir::Instr& instr) {
        if (instr.op == ir::Op::copy && instr.operands[0].kind == ir::ValueKind::function)
            if (const std::optional<Holder> holder = holderOf(instr.result))
                stored[*holder].insert(instr.operands[0].symbol);
    });
    std::erase_if(stored, [&](const auto& entry) {
        return entry.second.size() != 1 || !code.symbols[*entry.second.begin()].starts_with(ir::kStandInPrefix);
    });
    forEachInstr(code, [&](ir::Instr& instr) {
        if (instr.op != ir::Op::callIndirect || instr.operands[0].kind != ir::ValueKind::load)
            return;
        const std::optional<Holder> holder = holderOf(instr.operands[0].place);
        const auto known = holder ? stored.find(*holder) : stored.end();
        if (known == stored.end())
            return;
        instr.op = ir::Op::call;
        instr.symbol = *known->second.begin();
        instr.operands.erase(instr.operands.begin());
    });
}

} // namespace deadheat::link
