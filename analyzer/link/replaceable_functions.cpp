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

/// What a setter stores of what it is given: `void set_allocator(void* (*a)(size_t)) { allocate = a; }`.
struct Setter {
    ir::Index parameter;
    Holder holder;
};

std::map<std::string, std::vector<Setter>> findSetters(const ir::Module& code) {
    std::map<std::string, std::vector<Setter>> setters;
    for (const ir::Function& function : code.functions)
        for (const ir::Block& block : function.blocks)
            for (const ir::Instr& instr : block.instrs) {
                const std::optional<Holder> holder = instr.op == ir::Op::copy ? holderOf(instr.result) : std::nullopt;
                if (!holder || instr.operands[0].kind != ir::ValueKind::load)
                    continue;
                const ir::Place& from = instr.operands[0].place;
                const bool isParameter = from.root == ir::RootKind::local && from.steps.empty() &&
                                         function.locals[from.index].kind == ir::LocalKind::parameter;
                if (isParameter)
                    setters[function.usr].push_back({from.index, *holder});
            }
    return setters;
}

} // namespace

void callReplaceableFunctions(ir::Module& code) {
    std::map<Holder, std::set<ir::Index>> stored;
    const std::map<std::string, std::vector<Setter>> setters = findSetters(code);
    forEachInstr(code, [&](const ir::Instr& instr) {
        if (instr.op == ir::Op::copy && instr.operands[0].kind == ir::ValueKind::function)
            if (const std::optional<Holder> holder = holderOf(instr.result))
                stored[*holder].insert(instr.operands[0].symbol);
        const auto setter = instr.op == ir::Op::call && instr.symbol != ir::kNone
                                ? setters.find(code.symbols[instr.symbol])
                                : setters.end();
        if (setter != setters.end())
            for (const auto& [parameter, holder] : setter->second)
                if (parameter < instr.operands.size() && instr.operands[parameter].kind == ir::ValueKind::function)
                    stored[holder].insert(instr.operands[parameter].symbol);
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
