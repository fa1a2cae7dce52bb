// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values: prvalues of scalar type.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {
namespace {

std::optional<std::int64_t> small(const llvm::APSInt& number) {
    return number.getSignificantBits() <= 64 ? std::optional(number.getExtValue()) : std::nullopt;
}

ir::Value numberOf(const llvm::APInt& number) {
    return number.getActiveBits() < 64 ? constantOf(static_cast<std::int64_t>(number.getZExtValue())) : ir::Value{};
}

/// The value of a named integer constant.
std::optional<std::int64_t> namedConstant(const clang::Expr* e, const clang::ASTContext& ast) {
    const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(e->IgnoreParens());
    const auto* variable = name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    if (!variable || !variable->getType()->isIntegralOrEnumerationType() || variable->getType()->isDependentType() ||
        !variable->mightBeUsableInConstantExpressions(ast))
        return std::nullopt;
    const clang::VarDecl* initialised = nullptr;
    const clang::Expr* init = variable->getAnyInitializer(initialised);
    if (!init || init->isValueDependent() || init->containsErrors() || initialised->isInvalidDecl())
        return std::nullopt;
    const clang::APValue* value = initialised->evaluateValue();
    return value && value->isInt() ? small(value->getInt()) : std::nullopt;
}

ir::Value fold(clang::BinaryOperatorKind op, std::int64_t left, std::int64_t right) {
    auto l = static_cast<std::uint64_t>(left), r = static_cast<std::uint64_t>(right);
    switch (op) {
    case clang::BO_Add: return constantOf(static_cast<std::int64_t>(l + r));
    case clang::BO_Sub: return constantOf(static_cast<std::int64_t>(l - r));
    case clang::BO_Mul: return constantOf(static_cast<std::int64_t>(l * r));
    case clang::BO_And: return constantOf(static_cast<std::int64_t>(l & r));
    case clang::BO_Or: return constantOf(static_cast<std::int64_t>(l | r));
    case clang::BO_Xor: return constantOf(static_cast<std::int64_t>(l ^ r));
    case clang::BO_Shl: return r < 64 ? constantOf(static_cast<std::int64_t>(l << r)) : ir::Value{};
    default: return {};
    }
}

} // namespace

ir::Value Expressions::rvalue(const clang::Expr* e) {
    if (const Lowered* before = known(e))
        return before->place && !e->isGLValue() && isObject(e->getType()) ? loadOf(before->place) : before->value;
    return rvalueOf(e);
}

ir::Value Expressions::literal(const clang::Expr* e, bool& isLiteral) {
    isLiteral = true;
    switch (e->getStmtClass()) {
    case clang::Stmt::IntegerLiteralClass: return numberOf(llvm::cast<clang::IntegerLiteral>(e)->getValue());
    case clang::Stmt::CharacterLiteralClass: return constantOf(llvm::cast<clang::CharacterLiteral>(e)->getValue());
    case clang::Stmt::CXXBoolLiteralExprClass: return constantOf(llvm::cast<clang::CXXBoolLiteralExpr>(e)->getValue());
    case clang::Stmt::CXXNullPtrLiteralExprClass:
    case clang::Stmt::GNUNullExprClass: return nullValue();
    case clang::Stmt::ImplicitValueInitExprClass:
    case clang::Stmt::CXXScalarValueInitExprClass:
        return e->getType()->isAnyPointerType() ? nullValue() : constantOf(0);
    case clang::Stmt::StringLiteralClass:
    case clang::Stmt::PredefinedExprClass: return {ir::ValueKind::string, {}, 0, ir::kNone};
    case clang::Stmt::FloatingLiteralClass:
    case clang::Stmt::UnaryExprOrTypeTraitExprClass:
    case clang::Stmt::OffsetOfExprClass:
    case clang::Stmt::TypeTraitExprClass:
    case clang::Stmt::SizeOfPackExprClass:
    case clang::Stmt::CXXNoexceptExprClass:
    case clang::Stmt::CXXTypeidExprClass: return {};
    default: isLiteral = false; return {};
    }
}

ir::Value Expressions::rvalueOf(const clang::Expr* e) {
    if (const clang::Expr* inner = syntax::lookThrough(e))
        return rvalue(inner);
    bool isLiteral = false;
    if (ir::Value value = literal(e, isLiteral); isLiteral)
        return value;
    switch (e->getStmtClass()) {
    case clang::Stmt::DeclRefExprClass: return reference(llvm::cast<clang::DeclRefExpr>(e));
    case clang::Stmt::CXXThisExprClass: return f_.variables.thisValue();
    case clang::Stmt::UnaryOperatorClass: return unary(llvm::cast<clang::UnaryOperator>(e));
    case clang::Stmt::BinaryOperatorClass:
    case clang::Stmt::CompoundAssignOperatorClass: return binary(llvm::cast<clang::BinaryOperator>(e));
    case clang::Stmt::ConditionalOperatorClass:
    case clang::Stmt::BinaryConditionalOperatorClass:
        return conditionalResult(llvm::cast<clang::AbstractConditionalOperator>(e)).value;
    case clang::Stmt::StmtExprClass: return statementResult(llvm::cast<clang::StmtExpr>(e)).value;
    case clang::Stmt::CXXNewExprClass: return f_.objects.newObject(llvm::cast<clang::CXXNewExpr>(e));
    case clang::Stmt::CXXDeleteExprClass: f_.objects.deleteObject(llvm::cast<clang::CXXDeleteExpr>(e)); return {};
    case clang::Stmt::AtomicExprClass: return atomic(llvm::cast<clang::AtomicExpr>(e));
    case clang::Stmt::CXXThrowExprClass: {
        if (const clang::Expr* thrown = llvm::cast<clang::CXXThrowExpr>(e)->getSubExpr())
            discard(thrown);
        f_.flow.raise(f_.unit.places.range(e));
        return {};
    }
    case clang::Stmt::InitListExprClass: {
        const auto* list = llvm::cast<clang::InitListExpr>(e);
        return list->getNumInits() == 1 ? rvalue(list->getInit(0)) : constantOf(0);
    }
    case clang::Stmt::MemberExprClass: return functionOrUnknown(e);
    default: break;
    }
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(e))
        return f_.calls.call(call).value;
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(e))
        return this->cast(cast);
    if (e->isGLValue() && !e->getType()->isFunctionType())
        return load(lvalue(e), e->getType(), e);
    for (const clang::Stmt* child : e->children())
        if (const auto* inner = llvm::dyn_cast_or_null<clang::Expr>(child))
            discard(inner);
    return {};
}

ir::Value Expressions::functionOrUnknown(const clang::Expr* e) {
    const clang::ValueDecl* declaration = nullptr;
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(e))
        declaration = member->getMemberDecl();
    if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(e))
        declaration = name->getDecl();
    if (const auto* constant = llvm::dyn_cast_or_null<clang::EnumConstantDecl>(declaration))
        if (auto number = small(constant->getInitVal()))
            return constantOf(*number);
    const auto* function = llvm::dyn_cast_or_null<clang::FunctionDecl>(declaration);
    if (!function)
        return {};
    if (std::optional<ir::Index> standIn = f_.unit.standIns.symbol(function))
        return functionValue(*standIn);
    f_.unit.declarations.mention(function);
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    ir::Value value = functionValue(f_.unit.names.symbol(function));
    if (method && method->isInstance())
        value.kind = ir::ValueKind::method;
    return value;
}

ir::Value Expressions::reference(const clang::DeclRefExpr* e) {
    if (e->isGLValue() && !e->getType()->isFunctionType())
        return load(lvalue(e), e->getType(), e);
    return functionOrUnknown(e);
}

ir::Value Expressions::load(const ir::Place& place, clang::QualType type, const clang::Expr* at) {
    f_.accesses.read(place, type, at);
    return place ? loadOf(place) : ir::Value{};
}

clang::QualType Expressions::castTarget(const clang::Expr* call) const {
    return castTarget_.first == call ? clang::QualType::getFromOpaquePtr(castTarget_.second) : clang::QualType();
}

ir::Value Expressions::cast(const clang::CastExpr* e) {
    const clang::Expr* inner = e->getSubExpr();
    if (e->getCastKind() == clang::CK_BitCast)
        castTarget_ = {inner->IgnoreParens(), e->getType().getAsOpaquePtr()};
    switch (e->getCastKind()) {
    case clang::CK_LValueToRValue:
        if (auto number = namedConstant(inner, f_.unit.ast))
            return constantOf(*number);
        if (loaded_.contains(inner->IgnoreParens()))
            return loadOf(lvalue(inner)); // each arm has read its place
        return load(lvalue(inner), inner->getType(), inner);
    case clang::CK_ArrayToPointerDecay: {
        const clang::Expr* array = syntax::stripped(inner);
        if (llvm::isa<clang::StringLiteral, clang::PredefinedExpr>(array))
            return {ir::ValueKind::string, {}, 0, ir::kNone};
        return addressOf(lvalue(inner));
    }
    case clang::CK_FunctionToPointerDecay:
    case clang::CK_BuiltinFnToFnPtr: return rvalue(inner);
    case clang::CK_NullToPointer:
    case clang::CK_NullToMemberPointer: return nullValue();
    case clang::CK_ToVoid: discard(inner); return {};
    case clang::CK_LValueToRValueBitCast: discard(inner); return {};
    case clang::CK_FloatingToIntegral:
    case clang::CK_IntegralToFloating:
    case clang::CK_FloatingToBoolean:
    case clang::CK_FloatingCast: rvalue(inner); return {};
    default: break;
    }
    if (isObject(inner->getType()))
        return load(materialise(inner), inner->getType(), inner);
    if (inner->isGLValue() && !inner->getType()->isFunctionType())
        return addressOf(lvalue(inner)); // a pointer or reference cast of the object's address
    return rvalue(inner);
}

ir::Value Expressions::unary(const clang::UnaryOperator* e) {
    const clang::Expr* operand = e->getSubExpr();
    switch (e->getOpcode()) {
    case clang::UO_AddrOf: return addressOfOperand(operand);
    case clang::UO_PostInc:
    case clang::UO_PostDec: return postIncrement(e);
    case clang::UO_PreInc:
    case clang::UO_PreDec: return loadOf(increment(e));
    case clang::UO_Deref: return rvalue(operand); // a function
    case clang::UO_Minus: {
        ir::Value value = rvalue(operand);
        if (value.kind != ir::ValueKind::constant)
            return {};
        return constantOf(static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(value.number)));
    }
    case clang::UO_Plus: return rvalue(operand);
    case clang::UO_LNot: return comparison(e);
    default: discard(operand); return {};
    }
}

ir::Value Expressions::addressOfOperand(const clang::Expr* operand) {
    operand = operand->IgnoreParens();
    if (operand->getType()->isFunctionType() || !operand->isGLValue())
        return rvalue(operand);
    // &Class::member names a member, not an object.
    if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(operand))
        if (llvm::isa<clang::FieldDecl, clang::IndirectFieldDecl>(name->getDecl()))
            return {};
    return addressOf(lvalue(operand));
}

ir::Value Expressions::binary(const clang::BinaryOperator* e) {
    if (e->isAssignmentOp()) { // a prvalue in C
        ir::Place to = e->isCompoundAssignmentOp() ? compoundAssign(e) : assign(e);
        return to ? loadOf(std::move(to)) : ir::Value{};
    }
    if (e->getOpcode() == clang::BO_Comma) {
        discard(e->getLHS());
        return rvalue(e->getRHS());
    }
    if (e->isLogicalOp())
        return logical(e);
    if (e->isComparisonOp())
        return comparison(e);
    if (e->isPtrMemOp()) {
        discard(e->getLHS());
        return rvalue(e->getRHS());
    }
    if (e->getType()->isPointerType())
        return pointerArithmetic(e);
    ir::Value left = rvalue(e->getLHS()), right = rvalue(e->getRHS());
    bool constants = left.kind == ir::ValueKind::constant && right.kind == ir::ValueKind::constant;
    return constants ? fold(e->getOpcode(), left.number, right.number) : ir::Value{};
}

/// The record behind whose end the sum leads, to something else: `(void *)(header + 1)`, `(char *)header + sizeof *header`. Null for
/// other sums.
const clang::RecordDecl* Expressions::recordBefore(const clang::BinaryOperator* sum, const clang::Expr* pointer,
                                                   const clang::Expr* offset) const {
    clang::Expr::EvalResult number;
    if (sum->getOpcode() != clang::BO_Add || offset->isValueDependent() || !offset->EvaluateAsInt(number, f_.unit.ast))
        return nullptr;
    const clang::QualType given = pointer->getType()->getPointeeType();
    const bool countsBytes = !given.isNull() && given->isCharType();
    const clang::QualType header = countsBytes ? pointer->IgnoreParenCasts()->getType() : pointer->getType();
    const clang::RecordDecl* record = header->isPointerType() ? header->getPointeeType()->getAsRecordDecl() : nullptr;
    if (!record || !record->getDefinition() || record->isInvalidDecl() || record->isDependentContext())
        return nullptr;
    const std::int64_t limit = countsBytes ? f_.unit.ast.getTypeSizeInChars(header->getPointeeType()).getQuantity() : 1;
    const clang::QualType target = castTarget(sum);
    const clang::RecordDecl* other = target.isNull() ? nullptr : target->getPointeeType()->getAsRecordDecl();
    const bool isOther =
        countsBytes || (!target.isNull() && (!other || other->getCanonicalDecl() != record->getCanonicalDecl()));
    const std::optional<std::int64_t> distance = number.Val.getInt().tryExtValue();
    return isOther && distance && *distance >= limit ? record->getDefinition() : nullptr;
}

/// `p + i` is the address of p[i]; its index is kept when it can be compared.
ir::Value Expressions::pointerArithmetic(const clang::BinaryOperator* e) {
    bool pointerFirst = e->getLHS()->getType()->isAnyPointerType();
    const clang::Expr* pointer = pointerFirst ? e->getLHS() : e->getRHS();
    const clang::Expr* offset = pointerFirst ? e->getRHS() : e->getLHS();
    const clang::RecordDecl* header = recordBefore(e, pointer, offset);
    ir::Value base = rvalue(pointer);
    if (header && isKnown(base) && !isConstant(base))
        return addressOf(withField(placeAt(std::move(base), e->getType(), e), f_.unit.types.behind(header)));
    if (e->getOpcode() == clang::BO_Sub) {
        rvalue(offset);
        clang::Expr::EvalResult number;
        const bool isSame = offset->EvaluateAsInt(number, f_.unit.ast) && number.Val.getInt().isZero();
        if (isSame) // `p - offsetof(T, first)`
            return base;
        return isKnown(base) && !isConstant(base) ? addressOf(withElement(placeAt(base, e->getType(), e)))
                                                  : ir::Value{};
    }
    if (!isKnown(base) || isConstant(base) || base.kind == ir::ValueKind::string) {
        rvalue(offset);
        return base.kind == ir::ValueKind::string ? base : ir::Value{};
    }
    return addressOf(elementOf(placeAt(std::move(base), e->getType(), e), offset));
}

/// A comparison as a value. Where it tells the status of a call, or may be what a condition is waited for, its two outcomes become
/// two paths, so that what is known on each is not lost: `return pthread_mutex_trylock(&m) == 0;`, `[&] { return left == 0; }`
ir::Value Expressions::comparison(const clang::Expr* e) {
    ir::Condition condition = f_.conditions.test(e);
    const ir::Place& tested = condition.left.place;
    bool isStatus = condition.compare != ir::Compare::none && condition.mask == ir::Condition::kAllBits &&
                    condition.left.kind == ir::ValueKind::load && tested.root == ir::RootKind::local &&
                    tested.steps.empty() && isConstant(condition.right);
    const bool mayBePredicate = f_.ir.function().isLambda && condition.compare != ir::Compare::none;
    if (!isStatus && !mayBePredicate)
        return {};
    ir::Range range = f_.unit.places.range(e);
    ir::Place result = localPlace(temporary(e));
    ir::Index whenTrue = f_.ir.newBlock(), whenFalse = f_.ir.newBlock(), after = f_.ir.newBlock();
    f_.ir.branch(std::move(condition), whenTrue, whenFalse);
    for (auto [block, number] : {std::pair(whenTrue, 1), std::pair(whenFalse, 0)}) {
        f_.ir.setBlock(block);
        f_.ir.copy(result, constantOf(number), range);
        f_.ir.jump(after);
    }
    f_.ir.setBlock(after);
    return loadOf(result);
}

ir::Value Expressions::logical(const clang::BinaryOperator* e) {
    if (split_.contains(e))
        return loadOf(localPlace(armTemporary(e)));
    rvalue(e->getLHS());
    rvalue(e->getRHS());
    return {};
}

} // namespace deadheat::extract
