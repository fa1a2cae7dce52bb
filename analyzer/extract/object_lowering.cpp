// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How objects of class and array type begin: constructors, initialiser lists, lambdas, new.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {

/// Library classes whose constructors are templates that take anything.
bool Objects::constructLibrary(const ir::Place& to, const clang::CXXConstructExpr* e) {
    const clang::CXXConstructorDecl* callee = e->getConstructor();
    const clang::CXXRecordDecl* record = callee->getParent();
    bool isPair = syntax::isPair(e->getType());
    bool isCallable = f_.unit.types.kind(e->getType()) == ir::TypeKind::callable;
    if ((!isPair && !isCallable) || e->getNumArgs() == 0)
        return false;
    std::vector<const clang::Expr*> expressions(e->arg_begin(), e->arg_end());
    std::vector<ir::Value> values;
    for (const clang::Expr* argument : expressions)
        values.push_back(f_.expressions.argument(argument));
    if (isPair)
        constructPair(to, record, {expressions, values}, e);
    else
        constructCallable(to, expressions[0], values[0]);
    return true;
}

void Objects::construct(const ir::Place& to, const clang::CXXConstructExpr* e) {
    const clang::CXXConstructorDecl* callee = e->getConstructor();
    if (e->isElidable() && e->getNumArgs() >= 1)
        return f_.expressions.initialise(to, syntax::stripped(e->getArg(0)));
    ir::Place target = e->getType()->isArrayType() ? withElement(to) : to;
    if (constructLibrary(target, e))
        return;
    CallSite site;
    site.call = e;
    site.callee = callee;
    site.object = addressOf(target);
    site.objectType = f_.unit.ast.getBaseElementType(e->getType()).getAsOpaquePtr();
    site.arguments.assign(e->arg_begin(), e->arg_end());
    site.range = f_.unit.places.range(e);
    std::vector<const clang::Expr*> arguments = site.arguments;
    if (f_.api.call(site))
        return;
    if (callee->isCopyOrMoveConstructor() && callee->isTrivial())
        return transfer(target, f_.expressions.lvalue(e->getArg(0)), e->getType(), callee->isMoveConstructor(), true,
                        e);
    if (callee->isDefaultConstructor() && callee->isTrivial())
        return;
    f_.calls.constructor(target, callee, arguments, e);
}

void Objects::lambda(const ir::Place& to, const clang::LambdaExpr* e) {
    const clang::CXXRecordDecl* closure = e->getLambdaClass();
    f_.unit.types.record(closure);
    f_.unit.enqueueMembers(closure);
    auto field = closure->field_begin();
    for (const clang::Expr* init : e->capture_inits()) {
        if (field == closure->field_end())
            break;
        ir::Place place = withField(to, f_.unit.types.field(*field));
        if (init && field->getType()->isReferenceType())
            f_.ir.copy(place, addressOf(f_.expressions.lvalue(init)), f_.unit.places.range(init));
        else if (init)
            f_.expressions.initialise(place, init);
        ++field;
    }
}

void Objects::elements(const ir::Place& to, clang::QualType type, llvm::ArrayRef<clang::Expr*> values) {
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    const clang::RecordDecl* plain = type->getAsRecordDecl();
    std::size_t next = 0;
    if (record && record->hasDefinition())
        for (std::size_t bases = 0; bases < record->getNumBases() && next < values.size(); ++bases)
            f_.expressions.initialise(to, values[next++]);
    if (plain && plain->getDefinition()) {
        for (const clang::FieldDecl* field : plain->getDefinition()->fields()) {
            if (field->isUnnamedBitField())
                continue;
            if (next == values.size())
                return;
            const clang::Expr* value = values[next++];
            ir::Place place = withField(to, f_.unit.types.field(field));
            if (field->getType()->isReferenceType())
                f_.ir.copy(place, addressOf(f_.expressions.lvalue(value)), f_.unit.places.range(value));
            else
                f_.expressions.initialise(place, value);
        }
        return;
    }
    // An array: tables of numbers say nothing, tables of pointers and objects do.
    bool matters = f_.unit.types.holdsPointers(type);
    for (ir::Index i = 0; next < values.size(); ++i, ++next) {
        const clang::Expr* value = values[next];
        if (matters || (i < 64 && value->HasSideEffects(f_.unit.ast)))
            f_.expressions.initialise(withStep(to, ir::StepKind::constant, i), value);
    }
}

void Objects::list(const ir::Place& to, const clang::InitListExpr* e) {
    if (e->isSyntacticForm() && e->getSemanticForm())
        e = e->getSemanticForm();
    if (e->isTransparent() && e->getNumInits() == 1)
        return f_.expressions.initialise(to, e->getInit(0));
    if (const clang::FieldDecl* active = e->getInitializedFieldInUnion()) {
        if (e->getNumInits() == 1)
            f_.expressions.initialise(withField(to, f_.unit.types.field(active)), e->getInit(0));
        return;
    }
    llvm::ArrayRef<clang::Expr*> values(const_cast<clang::InitListExpr*>(e)->getInits(), e->getNumInits());
    elements(to, e->getType(), values);
}

namespace {

/// Whether some part of a static initialiser of a lock says that it is recursive: glibc's `__kind`.
bool saysRecursive(const clang::InitListExpr* list, const clang::ASTContext& ast) {
    const clang::RecordDecl* record = list->getType()->getAsRecordDecl();
    auto field = record ? record->field_begin() : clang::RecordDecl::field_iterator();
    for (const clang::Expr* value : list->inits()) {
        const auto* inner = llvm::dyn_cast<clang::InitListExpr>(value);
        if (inner && saysRecursive(inner, ast))
            return true;
        bool isKind = record && field != record->field_end() && field->getName() == "__kind";
        clang::Expr::EvalResult number;
        if (isKind && !inner && !value->isValueDependent() && value->EvaluateAsInt(number, ast) &&
            number.Val.getInt() == 1)
            return true;
        if (record && field != record->field_end())
            ++field;
    }
    return false;
}

} // namespace

void Objects::initialiser(const ir::Place& to, const clang::InitListExpr* e) {
    if (f_.unit.types.kind(e->getType()) != ir::TypeKind::mutex || !saysRecursive(e, f_.unit.ast))
        return;
    ir::Instr instr;
    instr.op = ir::Op::lockInit;
    instr.flags.recursive = true;
    instr.operands.push_back(addressOf(to));
    instr.range = f_.unit.places.range(e);
    f_.ir.emit(std::move(instr));
}

void Objects::member(const clang::CXXCtorInitializer* initializer) {
    ir::Place object = dereferenced(localPlace(0));
    const clang::Expr* init = initializer->getInit();
    if (!init)
        return;
    // What makes the member is the member, though Clang's control-flow graph destroys it as a temporary.
    const auto* byDefault = llvm::dyn_cast<clang::CXXDefaultInitExpr>(init);
    f_.expressions.handOver(byDefault ? byDefault->getExpr() : init);
    if (initializer->isDelegatingInitializer())
        return f_.expressions.initialise(object, init);
    if (initializer->isBaseInitializer()) {
        f_.expressions.initialise(object, init);
        return becomeBase(clang::QualType(initializer->getBaseClass(), 0), false, f_.unit.places.range(init));
    }
    if (const clang::IndirectFieldDecl* indirect = initializer->getIndirectMember()) {
        for (const clang::NamedDecl* step : indirect->chain())
            if (const auto* field = llvm::dyn_cast<clang::FieldDecl>(step))
                object = withField(std::move(object), f_.unit.types.field(field));
        return f_.expressions.initialise(object, init);
    }
    const clang::FieldDecl* field = initializer->getMember();
    ir::Place place = withField(std::move(object), f_.unit.types.field(field));
    if (field->getType()->isReferenceType())
        return f_.ir.copy(place, addressOf(f_.expressions.lvalue(init)), f_.unit.places.range(init));
    f_.expressions.initialise(place, init);
}

ir::Value Objects::allocate(clang::QualType type, ir::Range range, ir::Value memory) {
    ir::Instr instr;
    instr.op = ir::Op::alloc;
    instr.type = f_.unit.types.type(type);
    if (isKnown(memory))
        instr.operands = {std::move(memory)};
    ir::Index held = f_.temporary(f_.unit.ast.getPointerType(type), range);
    instr.result = localPlace(held);
    instr.range = range;
    f_.ir.emit(std::move(instr));
    return loadOf(localPlace(held));
}

namespace {

/// Memory that is nothing else yet: what a pointer to void or to bytes leads to, other than a variable of the program's.
bool isRawMemory(const clang::Expr* memory) {
    memory = memory->IgnoreImpCasts();
    const clang::QualType type = memory->getType();
    const clang::Expr* plain = memory->IgnoreParenCasts();
    const auto* addressOf = llvm::dyn_cast<clang::UnaryOperator>(plain);
    const bool isVariable =
        plain->getType()->isArrayType() || (addressOf != nullptr && addressOf->getOpcode() == clang::UO_AddrOf);
    auto pointsToBytes = [](clang::QualType pointer) {
        const clang::QualType to = pointer->getPointeeType();
        return !to.isNull() && (to->isVoidType() || to->isCharType() || to->isStdByteType());
    };
    return type->isPointerType() && !isVariable && pointsToBytes(type) && pointsToBytes(plain->getType());
}

} // namespace

ir::Value Objects::newObject(const clang::CXXNewExpr* e) {
    ir::Range range = f_.unit.places.range(e);
    clang::QualType type = e->getAllocatedType();
    ir::Value object;
    if (e->getNumPlacementArgs() == 1 && e->getPlacementArg(0)->getType()->isPointerType()) {
        object = f_.expressions.rvalue(e->getPlacementArg(0));
        if (type->isRecordType() && isRawMemory(e->getPlacementArg(0)))
            object = allocate(type, range, object);
    } else {
        for (unsigned i = 0; i < e->getNumPlacementArgs(); ++i)
            f_.expressions.discard(e->getPlacementArg(i));
        object = allocate(type, range);
    }
    if (e->isArray())
        if (auto size = e->getArraySize(); size && *size)
            f_.expressions.rvalue(*size);
    const clang::Expr* init = e->getInitializer();
    if (init && isKnown(object)) {
        ir::Place place = f_.expressions.placeAt(object, type, e);
        bool isWholeArray = e->isArray() && !init->getType()->isArrayType();
        f_.expressions.initialise(isWholeArray ? withElement(place) : place, init);
    }
    return object;
}

} // namespace deadheat::extract
