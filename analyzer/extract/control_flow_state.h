// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/extract/function_lowering.h"

#include <clang/Analysis/CFG.h>

#include <map>

namespace deadheat::extract {

/// The objects alive at a point that must be destroyed when an exception passes: a list that shares its tails. The innermost
/// comes first.
struct ControlFlow::Live {
    const clang::VarDecl* variable = nullptr;
    const clang::CXXTryStmt* inside = nullptr; ///< innermost try block around its declaration
    const Live* outer = nullptr;
};

struct ControlFlow::State {
    std::unique_ptr<clang::CFG> cfg;
    std::map<const clang::CFGBlock*, ir::Index> blocks;
    std::map<const clang::CFGBlock*, const Live*> liveAtEntry;
    llvm::DenseSet<const clang::CFGBlock*> done;
    const Live* live = nullptr;
    const clang::CXXTryStmt* inside = nullptr; // try block around the statement that is being lowered
    ir::Index exit = ir::kNone;                // where `return` goes: parameters are destroyed there

    std::deque<Live> nodes;
    std::map<std::pair<const clang::VarDecl*, const Live*>, const Live*> interned;
    std::map<std::pair<const Live*, const clang::CXXTryStmt*>, ir::Index> cleanups;
    std::map<const clang::CXXTryStmt*, ir::Index> dispatches;
    std::vector<const clang::CFGBlock*> handlers;                       // reached by an exception, still to be lowered
    llvm::DenseMap<const clang::Stmt*, const clang::CXXTryStmt*> tryOf; // statements inside try blocks
    llvm::DenseMap<const clang::CXXTryStmt*, const clang::CFGBlock*> dispatchBlocks;
    ir::Condition condition; // of the block that is being lowered
    ir::Value switched;      // what its switch decides by
    const clang::Stmt* terminator = nullptr;

    const Live* push(const clang::VarDecl* variable, const clang::CXXTryStmt* where, const Live* outer) {
        auto [known, isNew] = interned.try_emplace({variable, outer}, nullptr);
        if (isNew)
            known->second = &nodes.emplace_back(Live{variable, where, outer});
        return known->second;
    }
};

} // namespace deadheat::extract
