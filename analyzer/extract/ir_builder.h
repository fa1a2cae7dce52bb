// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assembles one ir::Function. Knows nothing of Clang. Instructions go to the current block; one that may throw gives its
// block an edge to where exceptions go at that point, and a block has one such target only.
#pragma once

#include "analyzer/extract/places.h"

#include <functional>
#include <string>

namespace deadheat::extract {

class IrBuilder {
public:
    explicit IrBuilder(ir::Function signature);

    ir::Index addLocal(ir::Local local);
    ir::Index temporary(ir::Index type, ir::Range range);

    ir::Index newBlock();
    void setBlock(ir::Index block) { block_ = block; }
    ir::Index block() const { return block_; }
    /// Everything emitted from here to the next setBlock can never run.
    void setUnreachable() { block_ = newBlock(); }

    /// Where an exception goes that is thrown now; asked only for instructions that may throw. Not set: nowhere.
    void setUnwindTarget(std::function<ir::Index()> target) { unwindTarget_ = std::move(target); }

    ir::Instr& emit(ir::Instr instr);
    void copy(ir::Place to, ir::Value from, ir::Range range);
    void jump(ir::Index target, ir::EdgeKind kind = ir::EdgeKind::normal);
    /// Ends the block in a two-way branch.
    void branch(ir::Condition condition, ir::Index whenTrue, ir::Index whenFalse);

    ir::Function& function() { return function_; }
    /// The finished function: what cannot be reached or cannot matter is gone.
    ir::Function finish();

private:
    void splitForException();

    ir::Function function_;
    ir::Index block_ = 0;
    unsigned temporaries_ = 0;
    std::function<ir::Index()> unwindTarget_;
    bool askingForTarget_ = false;
};

/// Removes unreachable blocks, accesses to locals that no other thread can reach, copies nobody uses, and empty blocks.
void simplify(ir::Function& function);

} // namespace deadheat::extract
