// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/settled_fields.h"

namespace deadheat::link {

namespace {

/// The member that the place names last; kNone: none.
ir::Index lastField(const ir::Place& place) {
    const bool isField = !place.steps.empty() && place.steps.back().kind == ir::StepKind::field;
    return isField ? place.steps.back().index : ir::kNone;
}

bool isOwn(const ir::Function& function, const ir::Place& place) {
    return place.root == ir::RootKind::local && &function.locals[place.index] == function.thisLocal();
}

} // namespace

SettledFields::SettledFields(const ir::Module& code) : isWritten_(code.fields.size(), false) {
    for (const ir::Function& function : code.functions)
        if (!function.isImplicit)
            for (const ir::Block& block : function.blocks)
                for (const ir::Instr& instr : block.instrs)
                    noteWrites(function, instr);
}

void SettledFields::noteWrites(const ir::Function& function, const ir::Instr& instr) {
    auto note = [&](const ir::Place& place) {
        const ir::Index field = lastField(place);
        if (field != ir::kNone && !(function.isConstructor && isOwn(function, place)))
            isWritten_[field] = true;
    };
    note(instr.result);
    if (instr.op != ir::Op::read)
        for (const ir::Value& operand : instr.operands)
            if (operand.kind == ir::ValueKind::address)
                note(operand.place);
}

} // namespace deadheat::link
