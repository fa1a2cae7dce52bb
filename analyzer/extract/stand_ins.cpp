// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/function_lowering.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>

namespace deadheat::extract {

std::optional<ir::Index> StandIns::symbol(const clang::FunctionDecl* function) {
    if (llvm::isa<clang::CXXMethodDecl>(function) || function->isVariadic() || function->hasBody())
        return std::nullopt;
    if (!unit_.describedFunction(function, function->getNumParams()))
        return std::nullopt;
    if (known_.insert(function->getCanonicalDecl()).second)
        unit_.enqueue([this, function] { lower(function); });
    return unit_.names.symbol(usrOf(function));
}

std::string StandIns::usrOf(const clang::FunctionDecl* function) {
    return std::string(ir::kStandInPrefix) + unit_.names.qualified(function);
}

void StandIns::lower(const clang::FunctionDecl* function) {
    ir::Function signature = unit_.declarations.signature(function);
    signature.usr = usrOf(function);
    signature.isImplicit = true; // nobody calls it but through a pointer
    FunctionLowering lowering(unit_, std::move(signature));
    if (lowering.lower(function, callOf(function)))
        unit_.module.functions.push_back(lowering.finish());
}

/// `return function(its, parameters);`
clang::Stmt* StandIns::callOf(const clang::FunctionDecl* function) const {
    clang::ASTContext& ast = unit_.ast;
    const clang::SourceLocation at = function->getLocation();
    auto name = [&](clang::ValueDecl* declaration) {
        return clang::DeclRefExpr::Create(ast, {}, {}, declaration, false, at, declaration->getType(),
                                          clang::VK_LValue);
    };
    auto cast = [&](clang::Expr* e, clang::CastKind kind, clang::QualType type) {
        return clang::ImplicitCastExpr::Create(ast, type, kind, e, nullptr, clang::VK_PRValue, {});
    };
    std::vector<clang::Expr*> arguments;
    for (clang::ParmVarDecl* parameter : function->parameters())
        arguments.push_back(cast(name(parameter), clang::CK_LValueToRValue, parameter->getType()));
    clang::Expr* callee = cast(name(const_cast<clang::FunctionDecl*>(function)), clang::CK_FunctionToPointerDecay,
                               ast.getPointerType(function->getType()));
    clang::Expr* call =
        clang::CallExpr::Create(ast, callee, arguments, function->getReturnType(), clang::VK_PRValue, at, {});
    clang::Stmt* statement = function->getReturnType()->isVoidType()
                                 ? call
                                 : static_cast<clang::Stmt*>(clang::ReturnStmt::Create(ast, at, call, nullptr));
    return clang::CompoundStmt::Create(ast, {statement}, {}, at, at);
}

} // namespace deadheat::extract
