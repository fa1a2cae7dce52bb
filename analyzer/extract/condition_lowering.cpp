// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/Builtins.h>

namespace deadheat::extract {
namespace {

ir::Compare compareOf(clang::BinaryOperatorKind op) {
    switch (op) {
    case clang::BO_EQ: return ir::Compare::equal;
    case clang::BO_NE: return ir::Compare::notEqual;
    case clang::BO_LT: return ir::Compare::less;
    case clang::BO_LE: return ir::Compare::lessEqual;
    case clang::BO_GT: return ir::Compare::greater;
    case clang::BO_GE: return ir::Compare::greaterEqual;
    default: return ir::Compare::none;
    }
}

ir::Compare negated(ir::Compare compare) {
    switch (compare) {
    case ir::Compare::equal: return ir::Compare::notEqual;
    case ir::Compare::notEqual: return ir::Compare::equal;
    case ir::Compare::less: return ir::Compare::greaterEqual;
    case ir::Compare::lessEqual: return ir::Compare::greater;
    case ir::Compare::greater: return ir::Compare::lessEqual;
    case ir::Compare::greaterEqual: return ir::Compare::less;
    case ir::Compare::none: return ir::Compare::none;
    }
    return ir::Compare::none;
}

/// With the operands changed about.
ir::Compare mirrored(ir::Compare compare) {
    switch (compare) {
    case ir::Compare::less: return ir::Compare::greater;
    case ir::Compare::lessEqual: return ir::Compare::greaterEqual;
    case ir::Compare::greater: return ir::Compare::less;
    case ir::Compare::greaterEqual: return ir::Compare::lessEqual;
    default: return compare;
    }
}

/// Casts that keep zero zero and everything else something else.
const clang::Expr* truthOf(const clang::Expr* e) {
    for (;;) {
        const clang::Expr* inner = syntax::lookThrough(e);
        const auto* cast = llvm::dyn_cast<clang::CastExpr>(e);
        bool keeps =
            cast && (cast->getCastKind() == clang::CK_IntegralToBoolean ||
                     cast->getCastKind() == clang::CK_PointerToBoolean || cast->getCastKind() == clang::CK_NoOp ||
                     (cast->getCastKind() == clang::CK_IntegralCast && cast->getSubExpr()->getType()->isBooleanType()));
        if (keeps && !cast->getSubExpr()->isGLValue())
            inner = cast->getSubExpr();
        if (const auto* call = llvm::dyn_cast<clang::CallExpr>(e); call && call->getNumArgs() >= 2) {
            unsigned id = call->getBuiltinCallee();
            if (id == clang::Builtin::BI__builtin_expect || id == clang::Builtin::BI__builtin_expect_with_probability)
                inner = call->getArg(0);
            // __builtin_expect takes a long; `!!x` and comparisons are widened for it.
            if (inner)
                if (const auto* widened = llvm::dyn_cast<clang::ImplicitCastExpr>(inner))
                    if (widened->getCastKind() == clang::CK_IntegralCast)
                        inner = widened->getSubExpr();
        }
        if (!inner)
            return e;
        e = inner;
    }
}

} // namespace

/// `owner == nullptr`, `it != end`: objects that are pointers in the IR.
bool Conditions::comparePointers(const clang::CXXOperatorCallExpr* e, ir::Condition& condition) {
    bool isEquality = e->getOperator() == clang::OO_EqualEqual || e->getOperator() == clang::OO_ExclaimEqual;
    if (!isEquality || e->getNumArgs() != 2)
        return false;
    auto isOwner = [&](const clang::Expr* operand) {
        ir::TypeKind kind = f_.unit.types.kind(operand->getType());
        return kind == ir::TypeKind::smartPointer || kind == ir::TypeKind::sharedPointer ||
               kind == ir::TypeKind::callable;
    };
    bool isNullTest = e->getArg(1)->getType()->isNullPtrType() || e->getArg(0)->getType()->isNullPtrType();
    const clang::Expr* owner = e->getArg(0)->getType()->isNullPtrType() ? e->getArg(1) : e->getArg(0);
    if (!isNullTest || !isOwner(owner) || !owner->isGLValue())
        return false;
    ir::Place place = f_.expressions.lvalue(owner);
    f_.accesses.read(place, owner->getType(), owner);
    condition.left = loadOf(std::move(place));
    condition.right = nullValue();
    condition.compare = e->getOperator() == clang::OO_EqualEqual ? ir::Compare::equal : ir::Compare::notEqual;
    return true;
}

/// The value of `e`; of `flags & kLocked` that of `flags`, and `mask` becomes the constant.
ir::Value Conditions::maskedValue(const clang::Expr* e, std::int64_t& mask) {
    const auto* bits = llvm::dyn_cast<clang::BinaryOperator>(e->IgnoreParenImpCasts());
    if (!bits || bits->getOpcode() != clang::BO_And)
        return f_.expressions.rvalue(e);
    const ir::Value left = f_.expressions.rvalue(bits->getLHS()), right = f_.expressions.rvalue(bits->getRHS());
    if (isConstant(left) == isConstant(right) || !isKnown(left) || !isKnown(right))
        return {};
    mask = isConstant(left) ? left.number : right.number;
    return isConstant(left) ? right : left;
}

ir::Condition Conditions::test(const clang::Expr* e) {
    if (e->isGLValue() && !e->getType()->isFunctionType()) {
        f_.expressions.discard(e);
        return {};
    }
    e = truthOf(e);
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e); unary && unary->getOpcode() == clang::UO_LNot) {
        ir::Condition inner = test(unary->getSubExpr());
        inner.compare = negated(inner.compare);
        return inner;
    }
    ir::Condition condition;
    if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(e); call && comparePointers(call, condition))
        return condition;
    const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e);
    if (binary && binary->isComparisonOp() && compareOf(binary->getOpcode()) != ir::Compare::none) {
        condition.left = maskedValue(binary->getLHS(), condition.mask);
        ir::Compare compare = compareOf(binary->getOpcode());
        if (isConstant(condition.left) || condition.left.kind == ir::ValueKind::null) { // `0 == trylock(&m)`
            condition.right = std::move(condition.left);
            condition.left = maskedValue(binary->getRHS(), condition.mask);
            compare = mirrored(compare);
        } else {
            condition.right = f_.expressions.rvalue(binary->getRHS());
        }
        bool tells = isKnown(condition.left) && isKnown(condition.right) &&
                     !(isConstant(condition.left) && isConstant(condition.right));
        if (tells)
            condition.compare = compare;
    } else {
        condition.left = maskedValue(e, condition.mask);
        condition.right = e->getType()->isAnyPointerType() ? nullValue() : constantOf(0);
        if (isKnown(condition.left) && !isConstant(condition.left))
            condition.compare = ir::Compare::notEqual;
    }
    return condition.compare == ir::Compare::none ? ir::Condition{} : condition;
}

} // namespace deadheat::extract
