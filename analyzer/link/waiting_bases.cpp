// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/waiting_bases.h"

#include <algorithm>

namespace deadheat::link {

namespace {

bool isWait(const ir::Instr& instr) {
    using ir::Op;
    switch (instr.op) {
    case Op::wait:
    case Op::semaphoreWait:
    case Op::barrierWait:
    case Op::latchWait:
    case Op::futureGet:
    case Op::join: return true;
    default: return false;
    }
}

} // namespace

bool WaitingBases::waits(FunctionId function) {
    const auto [known, isNew] = waits_.try_emplace(function, false);
    if (!isNew)
        return known->second;
    bool found = false;
    for (const ir::Block& block : p_.function(function).blocks)
        for (const ir::Instr& instr : block.instrs) {
            const FunctionId callee = instr.op == ir::Op::call ? p_.functionOfSymbol[instr.symbol] : kNoId;
            found = found || isWait(instr) || (callee != kNoId && waits(callee));
        }
    waits_[function] = found;
    return found;
}

bool WaitingBases::isBefore(InstrRef at) {
    const ir::Function& function = p_.function(at.function);
    const std::vector<ir::Instr>& instrs = function.blocks[at.block].instrs;
    const bool becomesBase = function.isDestructor && instrs[at.instr].op == ir::Op::write &&
                             instrs[at.instr].flags.implicit && at.instr + 1 < instrs.size() &&
                             instrs[at.instr + 1].op == ir::Op::call;
    const FunctionId base = becomesBase ? p_.functionOfSymbol[instrs[at.instr + 1].symbol] : kNoId;
    return base != kNoId && waits(base);
}

} // namespace deadheat::link
