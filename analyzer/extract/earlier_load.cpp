// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Updates of an atomic in two steps: a load, and a store of what was made of it.
#include "analyzer/extract/syntax.h"

#include <clang/AST/Decl.h>
#include <clang/AST/ExprCXX.h>

#include <llvm/ADT/FoldingSet.h>

namespace deadheat::extract::syntax {
namespace {

/// The atomic that an expression or a pointer to it names.
const clang::Expr* named(const clang::Expr* e) {
    e = e->IgnoreParenImpCasts();
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e); unary && unary->getOpcode() == clang::UO_AddrOf)
        e = unary->getSubExpr()->IgnoreParenImpCasts();
    return e;
}

class EarlierLoad {
public:
    EarlierLoad(const clang::Expr* object, const clang::ASTContext& ast) : ast_(ast), object_(profile(named(object))) {}

    bool isIn(const clang::Stmt* s, unsigned depth = 0) const {
        constexpr unsigned kDeepest = 16;
        if (!s || depth > kDeepest || llvm::isa<clang::LambdaExpr>(s))
            return false;
        if (const auto* access = llvm::dyn_cast<clang::AtomicExpr>(s))
            return access->getOpAsString().contains("load") && isObject(access->getPtr());
        if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(s))
            if (const clang::Expr* on = call->getImplicitObjectArgument(); on && isObject(on))
                return isLoad(call->getMethodDecl());
        if (const auto* call = llvm::dyn_cast<clang::CallExpr>(s); call && call->getNumArgs() > 0)
            if (isObject(call->getArg(0)))
                return isLoad(call->getDirectCallee());
        const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(s);
        if (cast && cast->getSubExpr()->getType()->isAtomicType() && isObject(cast->getSubExpr()))
            return true;
        if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(s))
            return isIn(initialOf(name), depth + 1);
        return llvm::any_of(s->children(), [&](const clang::Stmt* child) { return isIn(child, depth + 1); });
    }

private:
    llvm::FoldingSetNodeID profile(const clang::Expr* e) const {
        llvm::FoldingSetNodeID id;
        e->Profile(id, ast_, true);
        return id;
    }

    bool isObject(const clang::Expr* e) const { return profile(named(e)) == object_; }

    static bool isLoad(const clang::FunctionDecl* callee) {
        return callee && (llvm::isa<clang::CXXConversionDecl>(callee) ||
                          (callee->getIdentifier() && callee->getName().contains("load")));
    }

    /// What a local variable holds to begin with. That it still does is assumed.
    static const clang::Expr* initialOf(const clang::DeclRefExpr* name) {
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(name->getDecl());
        const bool isValue = variable && variable->isLocalVarDecl() && variable->hasLocalStorage() &&
                             variable->getType()->isScalarType() && !variable->getType()->isAnyPointerType();
        return isValue ? variable->getInit() : nullptr;
    }

    const clang::ASTContext& ast_;
    llvm::FoldingSetNodeID object_;
};

} // namespace

bool comesFromLoad(const clang::Expr* value, const clang::Expr* object, const clang::ASTContext& ast) {
    return value && object && EarlierLoad(object, ast).isIn(value);
}

} // namespace deadheat::extract::syntax
