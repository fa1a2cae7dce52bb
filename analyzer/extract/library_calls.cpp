// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Library functions that the API table does not name, judged by their signatures: const methods and references read, others
// write, callables that are passed are called, and what comes back by reference belongs to what went in.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {
namespace {

bool isSameClass(clang::QualType a, clang::QualType b, const clang::ASTContext& ast) {
    return ast.hasSameUnqualifiedType(a.getNonReferenceType(), b.getNonReferenceType());
}

bool isHandle(ir::TypeKind kind) {
    return kind == ir::TypeKind::thread || kind == ir::TypeKind::joiningThread || kind == ir::TypeKind::future ||
           kind == ir::TypeKind::promise;
}

bool isFunctionPointer(clang::QualType type) {
    type = type.getNonReferenceType();
    return type->isFunctionPointerType() || type->isFunctionType();
}

} // namespace

/// Copy and move construction and assignment of one library object.
bool ApiCalls::copies(CallSite& site) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(site.callee);
    if (!method || site.arguments.size() != 1)
        return false;
    const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(method);
    bool assigns = method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator();
    if (!(constructor && constructor->isCopyOrMoveConstructor()) && !assigns)
        return false;
    const clang::Expr* source = site.arguments[0];
    ir::Place from = f_.expressions.lvalue(source);
    clang::QualType type = clang::QualType::getFromOpaquePtr(site.objectType);
    ir::Place to = f_.expressions.placeAt(site.object, type, site.call);
    f_.objects.transfer(to, from, type, source->isXValue(), constructor != nullptr, site.call);
    return true;
}

/// Whether objects of the type are made for use by several threads at a time.
bool ApiCalls::synchronises(clang::QualType type) const {
    switch (f_.unit.types.kind(type)) {
    case ir::TypeKind::scalar:
    case ir::TypeKind::record:
    case ir::TypeKind::opaque:
    case ir::TypeKind::container:
    case ir::TypeKind::pointer:
    case ir::TypeKind::array: return false;
    default: return true;
    }
}

/// A function of the project that this unit only declares reads the strings and containers that it takes by const reference. Those
/// of the project's own classes may be taken for their locks.
void ApiCalls::declaredAccess(const CallSite& site, const ir::Instr& call) {
    const std::size_t first = call.operands.size() - site.arguments.size();
    for (unsigned i = 0; i < site.arguments.size() && i < site.callee->getNumParams(); ++i) {
        clang::QualType type = site.callee->getParamDecl(i)->getType();
        const auto* record = type->isLValueReferenceType() ? type->getPointeeType()->getAsCXXRecordDecl() : nullptr;
        if (!record || !type->getPointeeType().isConstQualified() || !f_.unit.places.isSystem(record->getLocation()) ||
            synchronises(type->getPointeeType()))
            continue;
        f_.accesses.library(ir::Op::read, call.operands[first + i], 0, site.range,
                            f_.unit.names.symbol(f_.unit.names.qualified(site.callee)));
    }
}

/// std::make_pair(name, std::thread(...)): the handle lives on somewhere in what the function makes.
void ApiCalls::takeHandle(CallSite& site, const ir::Value& handle) {
    ir::Instr instr;
    instr.op = ir::Op::handleMove;
    instr.operands = {ir::Value{}, handle};
    instr.range = site.range;
    f_.ir.emit(std::move(instr));
}

/// What is passed beyond the parameters: scanf and ioctl write where they are pointed to, printf only reads.
void ApiCalls::variadicAccess(CallSite& site, std::size_t index, const ir::Value& argument) {
    const clang::QualType type = site.arguments[index]->getType();
    if (!type->isPointerType() || type->getPointeeType()->isVoidType() || type->getPointeeType()->isIncompleteType())
        return;
    const auto* format = site.callee->getAttr<clang::FormatAttr>();
    const bool prints = format && format->getType()->getName() != "scanf";
    const bool writes = !prints && !type->getPointeeType().isConstQualified();
    f_.accesses.library(writes ? ir::Op::write : ir::Op::read, argument, 0, site.range,
                        f_.unit.names.symbol(f_.unit.names.qualified(site.callee)));
}

void ApiCalls::generalAccess(CallSite& site, std::size_t index, const ir::Value& argument) {
    if (index >= site.callee->getNumParams())
        return variadicAccess(site, index, argument);
    clang::QualType type = site.callee->getParamDecl(static_cast<unsigned>(index))->getType();
    bool isReference = type->isReferenceType();
    if (!isReference && !type->isPointerType())
        return;
    clang::QualType pointee = type->getPointeeType();
    bool opaque = pointee->isVoidType() || pointee->isFunctionType() || pointee->isIncompleteType() ||
                  pointee->isPointerType() || (pointee->isRecordType() && !site.callee->isInStdNamespace());
    if (!isReference && opaque)
        return;
    if (type->isRValueReferenceType() && isHandle(f_.unit.types.kind(pointee)))
        return takeHandle(site, argument);
    if (synchronises(pointee))
        return;
    bool writes = !pointee.isConstQualified() && !type->isRValueReferenceType();
    f_.accesses.library(writes ? ir::Op::write : ir::Op::read, argument, 0, site.range,
                        f_.unit.names.symbol(f_.unit.names.qualified(site.callee)));
}

void ApiCalls::generalCallback(CallSite& site, std::size_t index, Arguments& arguments) {
    const clang::Expr* e = site.arguments[index];
    clang::QualType type = e->getType().getNonReferenceType();
    bool isCallback = isFunctionPointer(type) || f_.unit.types.kind(type) == ir::TypeKind::callable ||
                      (isObject(type) && !f_.unit.types.entry(type) && syntax::isCallableObject(e) &&
                       !f_.unit.places.isSystem(type->getAsCXXRecordDecl()->getLocation()));
    if (!isCallback)
        return;
    const clang::FunctionDecl* target = syntax::calledBy(e);
    if (target && f_.unit.places.isSystem(target->getLocation()))
        return; // std::endl
    ir::Instr instr;
    instr.op = ir::Op::callIndirect;
    instr.range = site.range;
    instr.flags.mayThrow = f_.calls.mayThrow(nullptr);
    instr.operands.push_back(callable(site, index, arguments));
    // An algorithm calls it with elements of the range that its first argument begins.
    bool isRange = index > 0 && isRangeBegin(site.arguments[0]);
    for (unsigned i = 0; target && i < target->getNumParams(); ++i)
        if (!isRange)
            instr.operands.push_back({});
        else
            instr.operands.push_back(target->getParamDecl(i)->getType()->isReferenceType()
                                         ? arguments.values[0]
                                         : loadOf(f_.expressions.placeAt(arguments.values[0], {}, e)));
    f_.ir.emit(std::move(instr));
}

bool ApiCalls::isRangeBegin(const clang::Expr* e) const {
    return f_.unit.types.kind(e->getType().getNonReferenceType()) == ir::TypeKind::pointer && !e->isGLValue();
}

/// A function that a foreign library is given is called some time, by whom it cannot be told: link sees it escape.
void ApiCalls::escape(CallSite& site, const Arguments& arguments) {
    ir::Instr instr = f_.calls.direct(site.callee, site.range);
    instr.flags.mayThrow = false;
    instr.operands = arguments.values;
    f_.ir.emit(std::move(instr));
}

Lowered ApiCalls::general(CallSite& site) {
    Arguments arguments;
    for (const clang::Expr* argument : site.arguments)
        arguments.values.push_back(f_.expressions.argument(argument));
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(site.callee);
    bool isConstructor = llvm::isa<clang::CXXConstructorDecl>(site.callee);
    if (method && method->isInstance() && !isConstructor)
        f_.accesses.library(method->isConst() ? ir::Op::read : ir::Op::write, site.object, 0, site.range,
                            f_.unit.names.symbol(f_.unit.names.qualified(site.callee)));
    for (std::size_t i = 0; i < arguments.values.size(); ++i)
        generalAccess(site, i, arguments.values[i]);
    // std::ranges::for_each is an object of a class in a namespace of its own. Members of other classes may keep what they are given.
    const bool isAlgorithm = method && method->getOverloadedOperator() == clang::OO_Call &&
                             f_.unit.names.qualified(method).starts_with("std::ranges::");
    const bool isStandard = site.callee->isInStdNamespace() || isAlgorithm;
    bool escapes = !isStandard &&
                   llvm::any_of(site.arguments, [](const clang::Expr* e) { return isFunctionPointer(e->getType()); });
    if (escapes)
        escape(site, arguments);
    for (std::size_t i = 0; i < arguments.values.size() && !escapes; ++i)
        generalCallback(site, i, arguments);
    Lowered result = generalResult(site, arguments);
    if (site.callee->isNoReturn())
        f_.ir.setUnreachable();
    return result;
}

Lowered ApiCalls::generalResult(CallSite& site, Arguments& arguments) {
    clang::QualType type = site.callee->getReturnType();
    clang::QualType object = clang::QualType::getFromOpaquePtr(site.objectType);
    if (llvm::isa<clang::CXXConstructorDecl>(site.callee) || type->isVoidType())
        return {};
    bool hasObject = isKnown(site.object) && !object.isNull();
    if (type->isReferenceType()) {
        if (hasObject) {
            ir::Place whole = f_.expressions.placeAt(site.object, object, site.call);
            return Lowered::of(isSameClass(type, object, f_.unit.ast) ? whole : withElement(whole));
        }
        for (std::size_t i = 0; i < site.arguments.size(); ++i)
            if (site.arguments[i]->isGLValue() && isSameClass(type, site.arguments[i]->getType(), f_.unit.ast))
                return Lowered::of(f_.expressions.placeAt(arguments.values[i], type, site.call));
        return Lowered::of(dereferenced(localPlace(f_.temporary(type, site.range))));
    }
    ir::Value value;
    if (hasObject && (type->isPointerType() || f_.unit.types.kind(type) == ir::TypeKind::pointer))
        value = addressOf(withElement(f_.expressions.placeAt(site.object, object, site.call)));
    for (std::size_t i = 0; i < site.arguments.size() && !isKnown(value) && f_.unit.types.holdsPointers(type); ++i)
        if (isSameClass(type, site.arguments[i]->getType(), f_.unit.ast))
            value = site.arguments[i]->isGLValue()
                        ? loadOf(f_.expressions.placeAt(arguments.values[i], type, site.call))
                        : arguments.values[i];
    if (!isObject(type))
        return Lowered::of(std::move(value));
    ir::Place to = site.destination ? *site.destination : localPlace(f_.temporary(type, site.range));
    if (isKnown(value))
        f_.ir.copy(to, std::move(value), site.range);
    return Lowered::of(to);
}

} // namespace deadheat::extract
