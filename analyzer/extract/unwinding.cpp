// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where exceptions go: through the destructors of the living locals to a handler, or out of the function.
#include "analyzer/extract/control_flow_state.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/StmtCXX.h>

namespace deadheat::extract {

void ControlFlow::declareParameters(llvm::ArrayRef<clang::ParmVarDecl*> parameters) {
    for (const clang::ParmVarDecl* parameter : parameters)
        enterScope(parameter);
}

/// A parameter of class type ends with the function: callers hand their temporaries over.
ir::Index ControlFlow::exitTarget() {
    if (state_->exit != ir::kNone)
        return state_->exit;
    std::vector<const clang::VarDecl*> parameters;
    for (const Live* live = state_->liveAtEntry[&state_->cfg->getEntry()]; live; live = live->outer)
        parameters.push_back(live->variable);
    if (parameters.empty())
        return state_->exit = f_.ir.function().exitBlock;
    ir::Index here = f_.ir.block();
    state_->exit = f_.ir.newBlock();
    f_.ir.setBlock(state_->exit);
    for (const clang::VarDecl* parameter : parameters)
        f_.objects.destroy(f_.variables.place(parameter), parameter->getType(), f_.ir.function().range);
    f_.ir.jump(f_.ir.function().exitBlock);
    f_.ir.setBlock(here);
    return state_->exit;
}

ir::Index ControlFlow::unwindBlock() {
    ir::Function& function = f_.ir.function();
    if (function.unwindBlock == ir::kNone)
        function.unwindBlock = f_.ir.newBlock();
    return function.unwindBlock;
}

ir::Index ControlFlow::unwindTarget() { return cleanup(state_->live, state_->inside); }

/// The start of the path that destroys `live` as far as it was declared inside the try block, then goes to its handlers.
ir::Index ControlFlow::cleanup(const Live* live, const clang::CXXTryStmt* inside) {
    if (!live || live->inside != inside)
        return inside ? dispatch(inside, live) : unwindBlock();
    auto [known, isNew] = state_->cleanups.try_emplace({live, inside}, ir::kNone);
    if (!isNew)
        return known->second;
    ir::Index here = f_.ir.block(), start = f_.ir.newBlock();
    known->second = start;
    f_.ir.setBlock(start);
    clang::SourceRange end(live->variable->getEndLoc());
    ++unwinding_;
    f_.objects.destroy(f_.variables.place(live->variable), live->variable->getType(), f_.unit.places.range(end));
    --unwinding_;
    f_.ir.jump(cleanup(live->outer, inside));
    f_.ir.setBlock(here);
    return start;
}

/// The block from which the handlers of a try statement are reached; without a catch-all also what surrounds it.
ir::Index ControlFlow::dispatch(const clang::CXXTryStmt* statement, const Live* outside) {
    auto [known, isNew] = state_->dispatches.try_emplace(statement, ir::kNone);
    if (!isNew)
        return known->second;
    ir::Index here = f_.ir.block(), start = f_.ir.newBlock();
    known->second = start;
    f_.ir.setBlock(start);
    if (const clang::CFGBlock* block = state_->dispatchBlocks.lookup(statement)) {
        for (const clang::CFGBlock* handler : block->succs()) {
            if (!handler || !llvm::isa_and_nonnull<clang::CXXCatchStmt>(handler->getLabel()))
                continue;
            f_.ir.jump(blockOf(handler));
            state_->liveAtEntry.try_emplace(handler, outside);
            state_->handlers.push_back(handler);
        }
    }
    bool catchesAll = false;
    for (unsigned i = 0; i < statement->getNumHandlers(); ++i)
        catchesAll |= !statement->getHandler(i)->getExceptionDecl();
    if (!catchesAll)
        f_.ir.jump(cleanup(outside, state_->tryOf.lookup(statement)));
    f_.ir.setBlock(here);
    return start;
}

void ControlFlow::raise(ir::Range range) {
    mayRaise(range);
    f_.ir.setUnreachable();
}

void ControlFlow::mayRaise(ir::Range range) {
    ir::Instr instr;
    instr.op = ir::Op::call;
    instr.symbol = f_.unit.names.symbol("throw");
    instr.flags.mayThrow = true;
    instr.range = range;
    f_.ir.emit(std::move(instr));
}

} // namespace deadheat::extract
