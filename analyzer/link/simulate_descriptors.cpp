// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// File descriptors in the simulation. A descriptor is shared with those who share the variable that holds it: who closes it
// while another thread uses it may close what a third has just opened under the same number. What comes out of a pipe was
// written to it before.
#include "analyzer/link/program.h"
#include "analyzer/link/simulator.h"
#include "analyzer/link/synchronising_memory.h"

#include <algorithm>

namespace deadheat::link {

/// The variable that others know the descriptor by: not the local that it was copied to.
ExprId Simulator::descriptorHolder(const State& state, const ir::Instr& instr) {
    if (instr.operands.empty() || instr.operands[0].kind != ir::ValueKind::load)
        return kNoExpr;
    const ExprId place = addressOf(state, instr.operands[0].place);
    if (place == kNoExpr || exprs_[place].kind != ExprKind::local)
        return place;
    const ExprId value = stored(state, place);
    return value != kNoExpr && exprs_[value].kind == ExprKind::load ? exprs_[value].a : place;
}

/// Of a pipe whose ends lie in one array the array is the signal: both ends start from it.
void Simulator::descriptor(State& state, const ir::Instr& instr) {
    const ExprId holder = descriptorHolder(state, instr);
    const bool isKept = holder != kNoExpr;
    if (isKept && emitting_) {
        AccessFact fact = accessFact(state, holder);
        fact.write = instr.op == ir::Op::descriptorClose;
        fact.read = fact.atomic = !fact.write;
        fact.ofDescriptor = true;
        facts_.accesses.push_back(std::move(fact));
    }
    if (isKept && exprs_[holder].kind == ExprKind::element && instr.op != ir::Op::descriptorClose) {
        const ExprId ends = exprs_[holder].a;
        const bool isPipe = std::ranges::any_of(in_.locations.of(function_, ends), [&](LocationId location) {
            return contains(in_.synchronising.pipes, location);
        });
        if (isPipe)
            insert(instr.op == ir::Op::descriptorRead ? state.waited : state.posted, ends);
    }
    if (instr.result)
        storeResult(state, instr, freshResult());
}

} // namespace deadheat::link
