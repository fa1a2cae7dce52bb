// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/ir_builder.h"

namespace deadheat::extract {

IrBuilder::IrBuilder(ir::Function signature) : function_(std::move(signature)) { newBlock(); }

ir::Index IrBuilder::addLocal(ir::Local local) {
    function_.locals.push_back(std::move(local));
    return static_cast<ir::Index>(function_.locals.size() - 1);
}

ir::Index IrBuilder::temporary(ir::Index type, ir::Range range) {
    return addLocal({"t" + std::to_string(temporaries_++), type, ir::LocalKind::temporary, range, false});
}

ir::Index IrBuilder::newBlock() {
    function_.blocks.emplace_back();
    return static_cast<ir::Index>(function_.blocks.size() - 1);
}

/// A block leaves by exception to one place only; when that place has changed, a new block begins.
void IrBuilder::splitForException() {
    askingForTarget_ = true; // building the path may emit, into blocks of its own
    ir::Index here = block_;
    ir::Index target = unwindTarget_();
    block_ = here;
    askingForTarget_ = false;
    if (target == ir::kNone)
        return;
    for (const ir::Edge& edge : function_.blocks[here].successors) {
        if (edge.kind != ir::EdgeKind::exceptional)
            continue;
        if (edge.target == target)
            return;
        ir::Index next = newBlock();
        jump(next);
        block_ = next;
        break;
    }
    jump(target, ir::EdgeKind::exceptional);
}

ir::Instr& IrBuilder::emit(ir::Instr instr) {
    if (instr.flags.mayThrow && unwindTarget_ && !askingForTarget_)
        splitForException();
    auto& instrs = function_.blocks[block_].instrs;
    instrs.push_back(std::move(instr));
    return instrs.back();
}

void IrBuilder::copy(ir::Place to, ir::Value from, ir::Range range) {
    ir::Instr instr;
    instr.op = ir::Op::copy;
    instr.result = std::move(to);
    instr.operands.push_back(std::move(from));
    instr.range = range;
    emit(std::move(instr));
}

void IrBuilder::jump(ir::Index target, ir::EdgeKind kind) {
    function_.blocks[block_].successors.push_back({target, kind});
}

void IrBuilder::branch(ir::Condition condition, ir::Index whenTrue, ir::Index whenFalse) {
    function_.blocks[block_].condition = std::move(condition);
    jump(whenTrue, ir::EdgeKind::true_);
    jump(whenFalse, ir::EdgeKind::false_);
}

ir::Function IrBuilder::finish() {
    simplify(function_);
    return std::move(function_);
}

} // namespace deadheat::extract
