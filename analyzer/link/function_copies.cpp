// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/function_copies.h"

#include <algorithm>
#include <string_view>

namespace deadheat::link {

namespace {

std::set<std::string_view> namedIn(const ir::Module& code) {
    std::set<std::string_view> used;
    for (const ir::Function& function : code.functions)
        for (const ir::Block& block : function.blocks)
            for (const ir::Instr& instr : block.instrs) {
                if (instr.symbol != ir::kNone)
                    used.insert(code.symbols[instr.symbol]);
                for (const ir::Value& operand : instr.operands)
                    if (operand.kind == ir::ValueKind::function)
                        used.insert(code.symbols[operand.symbol]);
            }
    return used;
}

} // namespace

/// The parameter that the value is; kNone for other values.
ir::Index parameterOf(const ir::Function& function, const ir::Value& value) {
    const ir::Place& place = value.place;
    const bool isLocal = value.kind == ir::ValueKind::load && place.root == ir::RootKind::local && place.steps.empty();
    return isLocal && function.locals[place.index].kind == ir::LocalKind::parameter ? place.index : ir::kNone;
}

/// Whether a parameter is what the caller passed wherever the function reads it.
bool staysAsPassed(const ir::Function& function, ir::Index parameter) {
    auto assigns = [&](const ir::Instr& instr) {
        return instr.result && instr.result.root == ir::RootKind::local && instr.result.index == parameter &&
               instr.result.steps.empty();
    };
    return !function.locals[parameter].addressTaken &&
           std::ranges::none_of(function.blocks,
                                [&](const ir::Block& block) { return std::ranges::any_of(block.instrs, assigns); });
}

void declareUnused(ir::Module& code, const std::set<FunctionId>& functions) {
    for (bool any = !functions.empty(); any;) { // what only they have named goes with them
        any = false;
        const std::set<std::string_view> used = namedIn(code);
        for (const FunctionId id : functions) {
            ir::Function& function = code.functions[id];
            if (function.isDeclaration || used.contains(function.usr))
                continue;
            function.blocks.clear();
            function.isDeclaration = any = true;
        }
    }
}

} // namespace deadheat::link
