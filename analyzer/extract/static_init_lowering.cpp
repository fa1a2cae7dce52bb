// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Static variables of functions. The variable is its own once flag: a lock while it is being made, and a signal to all who come
// later. What is initialised by constants belongs to the program's start.
#include "analyzer/extract/control_flow_state.h"

namespace deadheat::extract {

/// Initialised by the first thread that gets there, while others wait.
bool ControlFlow::isGuardedStatic(const clang::VarDecl* variable) const {
    return variable->isStaticLocal() && variable->getTLSKind() == clang::VarDecl::TLS_None &&
           f_.unit.ast.getLangOpts().CPlusPlus && f_.unit.ast.getLangOpts().ThreadsafeStatics;
}

void ControlFlow::emitOnStatic(ir::Op op, const ir::Place& storage, ir::Range range) {
    ir::Instr instr;
    instr.op = op;
    instr.range = range;
    instr.operands = {addressOf(storage)};
    instr.flags.isInit = true;
    f_.ir.emit(std::move(instr));
}

void ControlFlow::endStaticInit(const ir::Place& storage, ir::Range range) {
    emitOnStatic(ir::Op::release, storage, range);
    emitOnStatic(ir::Op::latchWait, storage, range);
}

/// `static T x = init;`: the first successor finds it done, the second one initialises.
void ControlFlow::lowerStaticInit(const clang::CFGBlock* block, const clang::VarDecl* variable) {
    const clang::CFGBlock* done = *block->succ_begin();
    const clang::CFGBlock* first = *(block->succ_begin() + 1);
    ir::Place storage = f_.variables.storage(variable);
    if (f_.unit.module.globals[storage.index].isConstantInit)
        return f_.ir.jump(blockOf(first));
    if (!isGuardedStatic(variable)) {
        f_.ir.jump(blockOf(first));
        return f_.ir.jump(blockOf(done));
    }
    ir::Index take = f_.ir.newBlock(), pass = f_.ir.newBlock();
    ir::Range range = f_.unit.places.range(variable->getInit());
    f_.ir.jump(take);
    f_.ir.jump(pass);
    f_.ir.setBlock(take);
    emitOnStatic(ir::Op::acquire, storage, range);
    f_.ir.jump(blockOf(first));
    f_.ir.setBlock(pass);
    emitOnStatic(ir::Op::latchWait, storage, range);
    f_.ir.jump(blockOf(done));
}

} // namespace deadheat::extract
