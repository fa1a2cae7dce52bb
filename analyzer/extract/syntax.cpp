// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/Expr.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {

bool isObject(const clang::QualType& type) { return type->isRecordType() || type->isArrayType(); }

namespace syntax {

const clang::Expr* lookThrough(const clang::Expr* e) {
    switch (e->getStmtClass()) {
    case clang::Stmt::ParenExprClass: return llvm::cast<clang::ParenExpr>(e)->getSubExpr();
    case clang::Stmt::ExprWithCleanupsClass:
    case clang::Stmt::ConstantExprClass: return llvm::cast<clang::FullExpr>(e)->getSubExpr();
    case clang::Stmt::CXXDefaultArgExprClass: return llvm::cast<clang::CXXDefaultArgExpr>(e)->getExpr();
    case clang::Stmt::CXXDefaultInitExprClass: return llvm::cast<clang::CXXDefaultInitExpr>(e)->getExpr();
    case clang::Stmt::SubstNonTypeTemplateParmExprClass:
        return llvm::cast<clang::SubstNonTypeTemplateParmExpr>(e)->getReplacement();
    case clang::Stmt::OpaqueValueExprClass: return llvm::cast<clang::OpaqueValueExpr>(e)->getSourceExpr();
    case clang::Stmt::GenericSelectionExprClass: {
        const auto* selection = llvm::cast<clang::GenericSelectionExpr>(e);
        return selection->isResultDependent() ? nullptr : selection->getResultExpr();
    }
    case clang::Stmt::ChooseExprClass: {
        const auto* choose = llvm::cast<clang::ChooseExpr>(e);
        return choose->isConditionDependent() ? nullptr : choose->getChosenSubExpr();
    }
    case clang::Stmt::CXXRewrittenBinaryOperatorClass:
        return llvm::cast<clang::CXXRewrittenBinaryOperator>(e)->getSemanticForm();
    case clang::Stmt::PseudoObjectExprClass: return llvm::cast<clang::PseudoObjectExpr>(e)->getResultExpr();
    case clang::Stmt::InitListExprClass: { // `T t{makeT()}`
        const auto* list = llvm::cast<clang::InitListExpr>(e);
        return list->isSemanticForm() && list->isTransparent() ? list->getInit(0) : nullptr;
    }
    case clang::Stmt::UnaryOperatorClass: {
        const auto* unary = llvm::cast<clang::UnaryOperator>(e);
        return unary->getOpcode() == clang::UO_Extension ? unary->getSubExpr() : nullptr;
    }
    default: return nullptr;
    }
}

const clang::Expr* stripped(const clang::Expr* e) {
    for (;;) {
        const clang::Expr* inner = lookThrough(e);
        if (const auto* materialised = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(e))
            inner = materialised->getSubExpr();
        else if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(e);
                 cast && cast->getCastKind() == clang::CK_NoOp)
            inner = cast->getSubExpr();
        if (!inner)
            return e;
        e = inner;
    }
}

const clang::Expr* cfgKey(const clang::Expr* e) {
    for (;;) {
        e = e->IgnoreParens();
        const auto* full = llvm::dyn_cast<clang::ExprWithCleanups>(e);
        if (!full)
            return e;
        e = full->getSubExpr();
    }
}

bool isLogical(const clang::Expr* e) {
    const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e);
    return binary && binary->isLogicalOp();
}

bool isMappedValue(const clang::FieldDecl* field) {
    const auto* pair = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(field->getParent());
    if (!pair || !pair->isInStdNamespace() || pair->getName() != "pair" || field->getName() != "second")
        return false;
    const auto& key = pair->getTemplateArgs().get(0);
    return key.getKind() == clang::TemplateArgument::Type && key.getAsType().isConstQualified();
}

bool isPair(const clang::QualType& type) {
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    return record && record->isInStdNamespace() && record->getIdentifier() && record->getName() == "pair" &&
           record->hasDefinition();
}

bool isCallableObject(const clang::Expr* e) {
    const clang::CXXRecordDecl* record = e->getType()->getAsCXXRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    if (!record)
        return false;
    auto name = record->getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Call);
    return record->isLambda() || !record->lookup(name).empty();
}

namespace {

const clang::FunctionDecl* firstWithBody(const clang::FunctionTemplateDecl* generic, unsigned parameters) {
    for (const clang::FunctionDecl* made : generic->specializations())
        if (made->getNumParams() == parameters && made->hasBody() && !made->isDependentContext())
            return made;
    return nullptr;
}

} // namespace

const clang::FunctionDecl* standIn(const clang::FunctionDecl* function) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    const bool isCall = method && method->getOverloadedOperator() == clang::OO_Call && method->getParent()->isLambda();
    const clang::FunctionTemplateDecl* generic = isCall ? function->getPrimaryTemplate() : nullptr;
    const clang::FunctionDecl* first = generic ? firstWithBody(generic, function->getNumParams()) : nullptr;
    return first ? first : function;
}

const clang::CXXMethodDecl* callOperator(const clang::CXXRecordDecl* lambda) {
    const clang::CXXMethodDecl* call = lambda->getLambdaCallOperator();
    if (!call || !call->isDependentContext())
        return call;
    const clang::FunctionTemplateDecl* generic = call->getDescribedFunctionTemplate();
    const clang::FunctionDecl* first = generic ? firstWithBody(generic, call->getNumParams()) : nullptr;
    return first ? llvm::cast<clang::CXXMethodDecl>(first) : nullptr;
}

const clang::FunctionDecl* calledBy(const clang::Expr* e) {
    const clang::CXXRecordDecl* record = e->getType()->getAsCXXRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    if (record && record->isLambda())
        return record->getLambdaCallOperator();
    if (record) {
        auto name = record->getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Call);
        auto found = record->lookup(name);
        return found.empty() ? nullptr : llvm::dyn_cast<clang::FunctionDecl>(found.front());
    }
    e = stripped(e)->IgnoreParenCasts();
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e); unary && unary->getOpcode() == clang::UO_AddrOf)
        e = unary->getSubExpr()->IgnoreParenCasts();
    const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(e);
    return name ? llvm::dyn_cast<clang::FunctionDecl>(name->getDecl()) : nullptr;
}

} // namespace syntax
} // namespace deadheat::extract
