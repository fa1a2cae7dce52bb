// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Places: glvalues, assignments, and objects that expressions begin.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {

ir::Index Expressions::temporary(const clang::Expr* e) { return f_.temporary(e->getType(), f_.unit.places.range(e)); }

const Lowered* Expressions::known(const clang::Expr* e) const {
    if (known_.empty())
        return nullptr;
    auto found = known_.find(e);
    return found == known_.end() ? nullptr : &found->second;
}

ir::Place Expressions::lvalue(const clang::Expr* e) {
    if (const Lowered* before = known(e))
        return before->place;
    return lvalueOf(e);
}

ir::Place Expressions::lvalueOf(const clang::Expr* e) {
    if (const clang::Expr* inner = syntax::lookThrough(e))
        return lvalue(inner);
    if (!e->isGLValue())
        return isObject(e->getType()) ? materialise(e) : placeAt(rvalue(e), e->getType(), e);
    switch (e->getStmtClass()) {
    case clang::Stmt::DeclRefExprClass: return name(llvm::cast<clang::DeclRefExpr>(e));
    case clang::Stmt::MemberExprClass: return member(llvm::cast<clang::MemberExpr>(e));
    case clang::Stmt::ArraySubscriptExprClass: return subscript(llvm::cast<clang::ArraySubscriptExpr>(e));
    case clang::Stmt::MaterializeTemporaryExprClass: {
        const clang::Expr* value = llvm::cast<clang::MaterializeTemporaryExpr>(e)->getSubExpr();
        if (isObject(value->getType()) || value->isGLValue() || known(value))
            return materialise(value);
        ir::Index held = temporary(value);
        ir::Value content = rvalue(value);
        f_.ir.copy(localPlace(held), content, f_.unit.places.range(value));
        scalarTemporaries_[held] = std::move(content);
        return localPlace(held);
    }
    case clang::Stmt::CompoundLiteralExprClass: {
        ir::Place place = localPlace(temporary(e));
        initialise(place, llvm::cast<clang::CompoundLiteralExpr>(e)->getInitializer());
        return place;
    }
    case clang::Stmt::StmtExprClass: return statementResult(llvm::cast<clang::StmtExpr>(e)).place;
    case clang::Stmt::ConditionalOperatorClass:
    case clang::Stmt::BinaryConditionalOperatorClass:
        return conditionalResult(llvm::cast<clang::AbstractConditionalOperator>(e)).place;
    case clang::Stmt::UnaryOperatorClass: {
        const auto* unary = llvm::cast<clang::UnaryOperator>(e);
        if (unary->getOpcode() == clang::UO_Deref)
            return placeAt(rvalue(unary->getSubExpr()), e->getType(), e);
        return unary->isIncrementDecrementOp() ? increment(unary) : lvalue(unary->getSubExpr());
    }
    case clang::Stmt::BinaryOperatorClass:
    case clang::Stmt::CompoundAssignOperatorClass: {
        const auto* binary = llvm::cast<clang::BinaryOperator>(e);
        if (binary->isPtrMemOp()) {
            // A pointer to data member: some member of the object.
            rvalue(binary->getRHS());
            return binary->getOpcode() == clang::BO_PtrMemD ? lvalue(binary->getLHS())
                                                            : placeAt(rvalue(binary->getLHS()), e->getType(), e);
        }
        if (binary->isCompoundAssignmentOp())
            return compoundAssign(binary);
        if (binary->isAssignmentOp())
            return assign(binary);
        discard(binary->getLHS());
        return lvalue(binary->getRHS());
    }
    case clang::Stmt::CXXDynamicCastExprClass:
    case clang::Stmt::CXXStaticCastExprClass:
    case clang::Stmt::CXXReinterpretCastExprClass:
    case clang::Stmt::CXXConstCastExprClass:
    case clang::Stmt::CXXFunctionalCastExprClass:
    case clang::Stmt::CStyleCastExprClass:
    case clang::Stmt::ImplicitCastExprClass: return lvalue(llvm::cast<clang::CastExpr>(e)->getSubExpr());
    case clang::Stmt::CallExprClass:
    case clang::Stmt::CXXMemberCallExprClass:
    case clang::Stmt::CXXOperatorCallExprClass:
    case clang::Stmt::UserDefinedLiteralClass: return f_.calls.call(llvm::cast<clang::CallExpr>(e)).place;
    default: break;
    }
    for (const clang::Stmt* child : e->children())
        if (const auto* inner = llvm::dyn_cast_or_null<clang::Expr>(child))
            discard(inner);
    return {};
}

ir::Place Expressions::name(const clang::DeclRefExpr* e) { return f_.variables.place(e->getDecl()); }

ir::Place Expressions::member(const clang::MemberExpr* e) {
    const clang::ValueDecl* declaration = e->getMemberDecl();
    const clang::Expr* base = e->getBase();
    if (!llvm::isa<clang::FieldDecl>(declaration)) {
        discard(base);
        return f_.variables.place(declaration);
    }
    const auto* field = llvm::cast<clang::FieldDecl>(declaration);
    ir::Place object = e->isArrow() ? placeAt(rvalue(base), base->getType()->getPointeeType(), base) : lvalue(base);
    if (!object || syntax::isMappedValue(field))
        return object;
    ir::Place place = withField(std::move(object), f_.unit.types.field(field));
    return field->getType()->isReferenceType() ? dereferenced(std::move(place)) : place;
}

ir::Place Expressions::placeAt(ir::Value pointer, clang::QualType, const clang::Expr* at) {
    if (pointer.kind == ir::ValueKind::load)
        return dereferenced(std::move(pointer.place));
    if (pointer.kind == ir::ValueKind::address)
        return std::move(pointer.place);
    ir::Index unknown = f_.ir.temporary(ir::kNone, f_.unit.places.range(at));
    if (isKnown(pointer))
        f_.ir.copy(localPlace(unknown), std::move(pointer), f_.unit.places.range(at));
    return dereferenced(localPlace(unknown));
}

ir::Place Expressions::subscript(const clang::ArraySubscriptExpr* e) {
    const clang::Expr* base = e->getBase();
    const auto* decay = llvm::dyn_cast<clang::CastExpr>(base->IgnoreParens());
    ir::Place array;
    if (decay && decay->getCastKind() == clang::CK_ArrayToPointerDecay)
        array = lvalue(decay->getSubExpr());
    else if (base->isGLValue())
        array = lvalue(base); // an element of a vector
    else
        array = placeAt(rvalue(base), e->getType(), base);
    return elementOf(std::move(array), e->getIdx());
}

ir::Place Expressions::elementOf(ir::Place base, const clang::Expr* index) {
    ir::Value value = rvalue(index);
    return elementAt(std::move(base), std::move(value), index->getType(), f_.unit.places.range(index));
}

ir::Place Expressions::elementAt(ir::Place base, ir::Value index, clang::QualType type, ir::Range range) {
    if (!base)
        return base;
    if (index.kind == ir::ValueKind::constant && index.number >= 0 && index.number < ir::kNone)
        return withStep(std::move(base), ir::StepKind::constant, static_cast<ir::Index>(index.number));
    if (index.kind != ir::ValueKind::load)
        return withElement(std::move(base));
    if (index.place.root == ir::RootKind::local && index.place.steps.empty())
        return withStep(std::move(base), ir::StepKind::variable, index.place.index);
    const ir::Index held = f_.temporary(type, range);
    f_.ir.copy(localPlace(held), std::move(index), range);
    return withStep(std::move(base), ir::StepKind::variable, held);
}

// ---- assignment ----------------------------------------------------------------------------------------------------

void Expressions::store(const ir::Place& to, clang::QualType type, ir::Value value, const clang::Expr* at,
                        ir::InstrFlags flags) {
    if (!to)
        return;
    f_.accesses.write(to, type, at, flags);
    if (!type->isRealFloatingType())
        f_.ir.copy(to, std::move(value), f_.unit.places.range(at));
}

ir::Place Expressions::assign(const clang::BinaryOperator* e) {
    clang::QualType type = e->getLHS()->getType();
    if (isObject(type)) { // only C assigns structures without an operator function
        ir::Place from = lvalue(e->getRHS());
        ir::Place to = lvalue(e->getLHS());
        f_.objects.transfer(to, from, type, false, false, e->getLHS());
        return to;
    }
    ir::Value value = rvalue(e->getRHS());
    ir::Place to = lvalue(e->getLHS());
    const bool split = type->isAtomicType() && syntax::comesFromLoad(e->getRHS(), e->getLHS(), f_.unit.ast);
    store(to, type, std::move(value), e->getLHS(), {.split = split});
    return to;
}

ir::Place Expressions::compoundAssign(const clang::BinaryOperator* e) {
    ir::Value by = rvalue(e->getRHS());
    ir::Place to = lvalue(e->getLHS());
    f_.accesses.update(to, e->getLHS()->getType(), e->getLHS(),
                       {.up = e->getOpcode() == clang::BO_AddAssign, .down = e->getOpcode() == clang::BO_SubAssign});
    // p += n stays in the same array; a flag set with |= true is set.
    ir::Value after;
    if (e->getType()->isPointerType())
        after = addressOf(withElement(dereferenced(to)));
    if (to && !e->getType()->isRealFloatingType())
        f_.ir.copy(to, std::move(after), f_.unit.places.range(e));
    return to;
}

ir::Place Expressions::increment(const clang::UnaryOperator* e) {
    ir::Place place = lvalue(e->getSubExpr());
    if (!place)
        return place;
    f_.accesses.update(place, e->getSubExpr()->getType(), e->getSubExpr(),
                       {.up = e->isIncrementOp(), .down = e->isDecrementOp()});
    ir::Value after;
    if (e->getType()->isPointerType())
        after = addressOf(withElement(dereferenced(place)));
    if (!e->getType()->isRealFloatingType())
        f_.ir.copy(place, std::move(after), f_.unit.places.range(e));
    return place;
}

ir::Value Expressions::postIncrement(const clang::UnaryOperator* e) {
    ir::Index before = temporary(e);
    ir::Place place = lvalue(e->getSubExpr());
    if (!place)
        return {};
    ir::Range range = f_.unit.places.range(e);
    f_.ir.copy(localPlace(before), loadOf(place), range);
    f_.accesses.update(place, e->getSubExpr()->getType(), e->getSubExpr(),
                       {.up = e->isIncrementOp(), .down = e->isDecrementOp()});
    ir::Value after;
    if (e->getType()->isPointerType())
        after = addressOf(withElement(dereferenced(place)));
    f_.ir.copy(place, std::move(after), range);
    return loadOf(localPlace(before));
}

// ---- initialisation ------------------------------------------------------------------------------------------------

ir::Place Expressions::materialise(const clang::Expr* e) {
    if (const Lowered* before = known(e); before && before->place)
        return before->place;
    ir::Place place = localPlace(temporary(e));
    initialise(place, e);
    return place;
}

void Expressions::initialise(const ir::Place& to, const clang::Expr* e) {
    clang::QualType type = e->getType();
    if (const Lowered* before = known(e)) {
        if (before->place)
            f_.objects.transfer(to, before->place, type, true, true, e);
        else
            store(to, type, before->value, e, {.isInit = true});
        return;
    }
    if (const clang::Expr* inner = syntax::lookThrough(e))
        return initialise(to, inner);
    if (isObject(type) || llvm::isa<clang::InitListExpr>(e))
        return initialiseAggregate(to, e);
    store(to, type, rvalue(e), e, {.isInit = true});
}

void Expressions::initialiseAggregate(const ir::Place& to, const clang::Expr* e) {
    if (e->isGLValue())
        return f_.objects.transfer(to, lvalue(e), e->getType(), e->isXValue(), true, e);
    if (const auto* bind = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(e)) {
        noteTemporary(bind, to);
        return initialise(to, bind->getSubExpr());
    }
    if (const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(e))
        return f_.objects.construct(to, construct);
    if (const auto* inherited = llvm::dyn_cast<clang::CXXInheritedCtorInitExpr>(e))
        return f_.calls.inheritedConstructor(to, inherited);
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(e)) {
        f_.calls.call(call, &to);
        return;
    }
    if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(e)) {
        const ApiType* known = f_.unit.types.entry(e->getType());
        return known && known->kind != ir::TypeKind::container ? f_.objects.initialiser(to, list)
                                                               : f_.objects.list(to, list);
    }
    if (const auto* list = llvm::dyn_cast<clang::CXXParenListInitExpr>(e))
        return f_.objects.elements(to, e->getType(), const_cast<clang::CXXParenListInitExpr*>(list)->getInitExprs());
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(e))
        return f_.objects.lambda(to, lambda);
    if (const auto* conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(e))
        return f_.objects.transfer(to, conditionalResult(conditional).place, e->getType(), true, true, e);
    if (const auto* statement = llvm::dyn_cast<clang::StmtExpr>(e))
        return f_.objects.transfer(to, statementResult(statement).place, e->getType(), true, true, e);
    if (const auto* loop = llvm::dyn_cast<clang::ArrayInitLoopExpr>(e))
        return f_.objects.transfer(to, lvalue(loop->getCommonExpr()->getSourceExpr()), e->getType(), false, true, e);
    if (const auto* list = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(e))
        return initialise(withElement(to), syntax::stripped(list->getSubExpr()));
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(e))
        return initialise(to, cast->getSubExpr());
    if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(e)) {
        if (binary->isAssignmentOp())
            return f_.objects.transfer(to, assign(binary), e->getType(), false, true, e);
        discard(binary->getLHS());
        return initialise(to, binary->getRHS());
    }
    for (const clang::Stmt* child : e->children())
        if (const auto* inner = llvm::dyn_cast_or_null<clang::Expr>(child))
            discard(inner);
}

void Expressions::noteTemporary(const clang::CXXBindTemporaryExpr* bind, const ir::Place& place) {
    if (!handedOver_.contains(bind))
        temporaries_[bind] = place;
}

ir::Place Expressions::temporaryOf(const clang::CXXBindTemporaryExpr* bind) {
    auto found = temporaries_.find(bind);
    return found == temporaries_.end() ? ir::Place{} : found->second;
}

void Expressions::handOver(const clang::Expr* argument) {
    const clang::Expr* e = syntax::stripped(argument);
    if (const auto* cast = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(e))
        return handOver(cast->getSubExpr());
    if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(e))
        for (const clang::Expr* part : list->inits())
            handOver(part);
    if (const auto* bind = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(e))
        handedOver_.insert(bind);
}

void Expressions::forgetTemporary(const ir::Place& place) {
    for (auto& [bind, held] : temporaries_)
        if (held == place)
            held = {};
}

ir::Value Expressions::content(const ir::Place& place) const {
    if (place.root == ir::RootKind::local && place.steps.empty())
        if (auto held = scalarTemporaries_.find(place.index); held != scalarTemporaries_.end())
            return held->second;
    return loadOf(place);
}

void Expressions::remember(const clang::Expr* e, Lowered lowered) { known_[syntax::cfgKey(e)] = std::move(lowered); }

ir::Value Expressions::argument(const clang::Expr* e) {
    if (e->isGLValue() && !e->getType()->isFunctionType())
        return addressOf(lvalue(e));
    if (isObject(e->getType()))
        return loadOf(materialise(e));
    return rvalue(e);
}

Lowered Expressions::evaluate(const clang::Expr* e) {
    if (e->isGLValue() && !e->getType()->isFunctionType() && !e->getType()->isPlaceholderType())
        return Lowered::of(lvalue(e));
    if (isObject(e->getType()))
        return Lowered::of(materialise(e));
    return Lowered::of(rvalue(e));
}

void Expressions::discard(const clang::Expr* e) { evaluate(e); }

// ---- what the CFG splits -------------------------------------------------------------------------------------------

void Expressions::element(const clang::Expr* e) {
    e = syntax::cfgKey(e);
    if (auto arm = arms_.find(e); arm != arms_.end())
        return storeArm(arm->second, e);
    if (known(e))
        return; // a binding's initialiser: evaluated with its declaration
    Lowered result = evaluate(e);
    known_[e] = std::move(result);
}

ir::Condition Expressions::testCommon(const clang::BinaryConditionalOperator* e) {
    const clang::Expr* common = e->getCommon();
    Lowered value = evaluate(common);
    ir::Range range = f_.unit.places.range(common);
    ir::Index held = armTemporary(e);
    if (isObject(e->getType()))
        return {};
    ir::Value content = value.place ? (e->isGLValue() ? addressOf(value.place) : loadOf(value.place)) : value.value;
    f_.ir.copy(localPlace(held), content, range);
    if (e->isGLValue() || !isKnown(content))
        return {};
    return {ir::Compare::notEqual, loadOf(localPlace(held)), constantOf(0)};
}

void Expressions::splitConditional(const clang::AbstractConditionalOperator* e, bool isLoaded) {
    split_.insert(e);
    if (isLoaded)
        loaded_.insert(e);
    arms_[syntax::cfgKey(e->getTrueExpr())] = e;
    arms_[syntax::cfgKey(e->getFalseExpr())] = e;
}

void Expressions::splitLogical(const clang::BinaryOperator* e) {
    split_.insert(e);
    // Nested operators share the outermost one's temporary: a jump that skips all of them sets it once. A side that is a
    // logical operator itself is no element, so that this entry only links it to its parent.
    arms_[syntax::cfgKey(e->getRHS())] = e;
    if (syntax::isLogical(syntax::cfgKey(e->getLHS())))
        arms_[syntax::cfgKey(e->getLHS())] = e;
}

ir::Index Expressions::armTemporary(const clang::Expr* whole) {
    while (syntax::isLogical(whole)) {
        auto parent = arms_.find(whole);
        if (parent == arms_.end() || !syntax::isLogical(parent->second))
            break;
        whole = parent->second;
    }
    auto [known, isNew] = armTemporaries_.try_emplace(whole, ir::kNone);
    if (isNew) {
        bool isPlace = whole->isGLValue() && !loaded_.contains(whole);
        clang::QualType type = isPlace ? f_.unit.ast.getPointerType(whole->getType()) : whole->getType();
        ir::Index made = f_.temporary(type, f_.unit.places.range(whole));
        return armTemporaries_[whole] = made;
    }
    return known->second;
}

void Expressions::skipRightSide(const clang::BinaryOperator* e) {
    bool worth = e->getOpcode() == clang::BO_LOr;
    f_.ir.copy(localPlace(armTemporary(e)), constantOf(worth), f_.unit.places.range(e));
}

void Expressions::storeArm(const clang::Expr* whole, const clang::Expr* arm) {
    if (whole->getType()->isVoidType() || arm->getType()->isVoidType())
        return discard(arm);
    ir::Place to = localPlace(armTemporary(whole));
    if (loaded_.contains(whole) && arm->isGLValue())
        return f_.ir.copy(to, load(lvalue(arm), arm->getType(), arm), f_.unit.places.range(arm));
    if (whole->isGLValue())
        return f_.ir.copy(to, addressOf(lvalue(arm)), f_.unit.places.range(arm));
    if (isObject(whole->getType()))
        return initialise(to, arm);
    f_.ir.copy(to, rvalue(arm), f_.unit.places.range(arm));
}

Lowered Expressions::conditionalResult(const clang::AbstractConditionalOperator* e) {
    if (!split_.contains(e)) { // outside a CFG: both arms count
        discard(e->getCond());
        storeArm(e, e->getTrueExpr());
        storeArm(e, e->getFalseExpr());
    }
    if (e->getType()->isVoidType())
        return {};
    ir::Place held = localPlace(armTemporary(e));
    if (loaded_.contains(e))
        return Lowered::of(std::move(held));
    if (e->isGLValue())
        return Lowered::of(dereferenced(std::move(held)));
    return isObject(e->getType()) ? Lowered::of(std::move(held)) : Lowered::of(loadOf(std::move(held)));
}

Lowered Expressions::statementResult(const clang::StmtExpr* e) {
    const clang::CompoundStmt* body = e->getSubStmt();
    const auto* last = body->body_empty() ? nullptr : llvm::dyn_cast<clang::Expr>(body->body_back());
    const Lowered* result = last ? known(syntax::cfgKey(last)) : nullptr;
    return result ? *result : Lowered{};
}

} // namespace deadheat::extract
