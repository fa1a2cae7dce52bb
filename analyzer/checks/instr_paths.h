// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks along the control flow of one function, instruction by instruction. Exceptional edges are not followed.
#pragma once

#include "analyzer/link/program.h"

#include <vector>

namespace deadheat::checks {

/// Visits what can run after `from`, each instruction once; `visit(at)` returns whether to go on behind it. `leave()` is called
/// when the function's end is reached.
template <class Visit, class Leave>
void walkFrom(const link::WholeProgram& program, link::InstrRef from, const Visit& visit, const Leave& leave) {
    const ir::Function& code = program.function(from.function);
    std::vector<char> entered(code.blocks.size());
    struct Start {
        ir::Index block, instr;
    };
    std::vector<Start> work{{from.block, from.instr + 1}};
    while (!work.empty()) {
        auto [block, instr] = work.back();
        work.pop_back();
        const ir::Block& b = code.blocks[block];
        while (instr < b.instrs.size() && visit(link::InstrRef{from.function, block, instr}))
            ++instr;
        if (instr < b.instrs.size())
            continue;
        if (block == code.exitBlock)
            leave();
        for (const ir::Edge& edge : b.successors) {
            if (edge.kind == ir::EdgeKind::exceptional || entered[edge.target])
                continue;
            entered[edge.target] = 1;
            work.push_back({edge.target, 0});
        }
    }
}

/// Whether `to` can run after `from` without one of the instructions for which `stops(at)` holds in between.
template <class Stops>
bool reaches(const link::WholeProgram& program, link::InstrRef from, link::InstrRef to, const Stops& stops) {
    bool found = false;
    walkFrom(
        program, from,
        [&](link::InstrRef at) {
            found = found || at == to;
            return !found && !stops(at);
        },
        [] {});
    return found;
}

} // namespace deadheat::checks
