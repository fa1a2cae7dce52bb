// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/placed_objects.h"

#include <algorithm>

namespace deadheat::link {

void placeObjectsInSharedMemory(ir::Module& code) {
    bool sharesMemory = false;
    std::vector<ir::Instr*> placed;
    for (ir::Function& function : code.functions)
        for (ir::Block& block : function.blocks)
            for (ir::Instr& instr : block.instrs) {
                sharesMemory |= instr.op == ir::Op::alloc && instr.flags.processShared;
                if (instr.op == ir::Op::alloc && !instr.operands.empty())
                    placed.push_back(&instr);
            }
    for (ir::Instr* instr : placed)
        if (sharesMemory)
            instr->op = ir::Op::copy;
        else
            instr->operands.clear();
}

} // namespace deadheat::link
