// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies and moves of whole objects, and objects that library functions build from arguments they are given.
#include "analyzer/extract/clang_compat.h"
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {
namespace {

bool isPointerLike(const ir::Value& value) {
    return value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address;
}

bool isOwner(ir::TypeKind kind) {
    return kind == ir::TypeKind::smartPointer || kind == ir::TypeKind::sharedPointer || kind == ir::TypeKind::pointer;
}

/// The constructors of the class, and those of its bases that a using declaration makes its own.
std::vector<const clang::CXXConstructorDecl*> constructorsOf(const clang::CXXRecordDecl* record) {
    std::vector<const clang::CXXConstructorDecl*> found(record->ctor_begin(), record->ctor_end());
    for (const clang::Decl* declaration : record->decls()) {
        const auto* inherited = llvm::dyn_cast<clang::ConstructorUsingShadowDecl>(declaration);
        const auto* constructor =
            inherited ? llvm::dyn_cast<clang::CXXConstructorDecl>(inherited->getTargetDecl()) : nullptr;
        if (constructor && !constructor->isCopyOrMoveConstructor() && !constructor->isDefaultConstructor())
            found.push_back(constructor);
    }
    return found;
}

/// The constructor that overload resolution would most likely take: right number of arguments, most types equal.
const clang::CXXConstructorDecl* chooseConstructor(const clang::CXXRecordDecl* record,
                                                   llvm::ArrayRef<const clang::Expr*> arguments,
                                                   const clang::ASTContext& ast) {
    const clang::CXXConstructorDecl* best = nullptr;
    int bestScore = -1;
    for (const clang::CXXConstructorDecl* candidate : constructorsOf(record)) {
        if (candidate->isDeleted() || arguments.size() < candidate->getMinRequiredArguments() ||
            (arguments.size() > candidate->getNumParams() && !candidate->isVariadic()))
            continue;
        int score = 0;
        for (std::size_t i = 0; i < arguments.size() && i < candidate->getNumParams(); ++i) {
            clang::QualType wanted = candidate->getParamDecl(static_cast<unsigned>(i))->getType();
            clang::QualType given = arguments[i]->getType();
            if (ast.hasSameUnqualifiedType(wanted.getNonReferenceType(), given.getNonReferenceType()))
                score += wanted->isRValueReferenceType() == arguments[i]->isLValue() ? 3 : 4;
            else if (wanted.getNonReferenceType()->isScalarType() == given.getNonReferenceType()->isScalarType())
                score += 1;
        }
        if (score > bestScore) {
            best = candidate;
            bestScore = score;
        }
    }
    return best;
}

} // namespace

void Objects::move(ir::Op op, const ir::Place& to, const ir::Place& from, const clang::Expr* at) {
    ir::Instr instr;
    instr.op = op;
    instr.operands.push_back(addressOf(to));
    instr.operands.push_back(addressOf(from));
    instr.range = f_.unit.places.range(at);
    f_.ir.emit(std::move(instr));
}

void Objects::transfer(const ir::Place& to, const ir::Place& from, clang::QualType type, bool isMove, bool isInit,
                       const clang::Expr* at) {
    if (!to || !from || to == from)
        return;
    ir::TypeKind kind = f_.unit.types.kind(type);
    switch (kind) {
    case ir::TypeKind::guard:
        return f_.userGuards.lockOf(type) ? f_.userGuards.move(to, from, f_.unit.places.range(at))
                                          : move(ir::Op::guardMove, to, from, at);
    case ir::TypeKind::thread:
    case ir::TypeKind::joiningThread:
    case ir::TypeKind::future:
    case ir::TypeKind::promise: return move(ir::Op::handleMove, to, from, at);
    case ir::TypeKind::smartPointer:
        if (!isInit)
            endContent(to, type, f_.unit.places.range(at));
        break;
    default: break;
    }
    ir::Range range = f_.unit.places.range(at);
    f_.accesses.read(from, type, at);
    f_.accesses.write(to, type, at, {.isInit = isInit});
    f_.ir.copy(to, f_.expressions.content(from), range);
    if (isMove)
        f_.expressions.forgetTemporary(from);
    bool empties =
        kind == ir::TypeKind::smartPointer || kind == ir::TypeKind::sharedPointer || kind == ir::TypeKind::callable;
    if (!isMove || !empties)
        return;
    f_.accesses.write(from, type, at);
    f_.variables.markMoved(from);
    f_.ir.copy(from, nullValue(), range);
}

/// std::function and its like point to a function, or to a copy of a callable object that they own.
void Objects::constructCallable(const ir::Place& to, const clang::Expr* from, const ir::Value& value) {
    clang::QualType type = from->getType();
    ir::Range range = f_.unit.places.range(from);
    bool isPlace = from->isGLValue() && !type->isFunctionType();
    ir::Place source = isPlace && isPointerLike(value) ? f_.expressions.placeAt(value, type, from) : ir::Place{};
    if (!isPlace && isObject(type) && value.kind == ir::ValueKind::load)
        source = value.place;
    if (!isObject(type) || !source)
        return f_.ir.copy(to, source ? f_.expressions.content(source) : value, range);
    ir::TypeKind kind = f_.unit.types.kind(type);
    if (kind == ir::TypeKind::callable || kind == ir::TypeKind::pointer)
        return transfer(to, source, type, from->isXValue() && syntax::stripped(from)->isGLValue(), true, from);
    ir::Value owned = allocate(type.getUnqualifiedType(), range);
    transfer(dereferenced(owned.place), source, type, from->isXValue() || !from->isGLValue(), true, from);
    f_.ir.copy(to, owned, range);
}

void Objects::constructPair(const ir::Place& to, const clang::CXXRecordDecl* pair, Given arguments,
                            const clang::Expr* at) {
    std::vector<const clang::FieldDecl*> fields(pair->field_begin(), pair->field_end());
    if (fields.size() < 2)
        return;
    auto part = [&](const ir::Place& whole, const clang::FieldDecl* field) {
        return syntax::isMappedValue(field) ? whole : withField(whole, f_.unit.types.field(field));
    };
    if (arguments.values.size() == 2) {
        for (std::size_t i = 0; i < 2; ++i)
            constructFrom(part(to, fields[i]), fields[i]->getType(),
                          {arguments.expressions.slice(i, 1), arguments.values.slice(i, 1)}, at);
        return;
    }
    const clang::Expr* source = arguments.expressions[0];
    const clang::CXXRecordDecl* other = source->getType()->getAsCXXRecordDecl();
    if (arguments.values.size() != 1 || !other || !isPointerLike(arguments.values[0]))
        return;
    ir::Place from =
        source->isGLValue() ? f_.expressions.placeAt(arguments.values[0], {}, source) : arguments.values[0].place;
    std::vector<const clang::FieldDecl*> others(other->field_begin(), other->field_end());
    for (std::size_t i = 0; i < 2 && i < others.size(); ++i)
        transfer(part(to, fields[i]), part(from, others[i]), fields[i]->getType(), source->isXValue(), true, at);
}

/// An argument as the parameter takes it: the source gives no conversions where a library function forwards.
ir::Value Objects::adapted(clang::QualType parameter, const clang::Expr* argument, const ir::Value& value) {
    clang::QualType type = argument->getType();
    bool isPlace = argument->isGLValue() && !type->isFunctionType();
    if (parameter->isReferenceType()) {
        bool same = f_.unit.ast.hasSameUnqualifiedType(parameter.getNonReferenceType(), type);
        if (isPlace && (same || isObject(type)))
            return value;
        ir::Place held = localPlace(f_.temporary(parameter.getNonReferenceType(), f_.unit.places.range(argument)));
        if (isKnown(value))
            f_.ir.copy(held,
                       isPlace && isPointerLike(value)
                           ? f_.expressions.content(f_.expressions.placeAt(value, type, argument))
                           : value,
                       f_.unit.places.range(argument));
        return addressOf(held);
    }
    if (!isPlace || type->isArrayType() || !isPointerLike(value))
        return value;
    ir::Place from = f_.expressions.placeAt(value, type, argument);
    if (isObject(type)) {
        ir::Place copy = localPlace(f_.temporary(parameter, f_.unit.places.range(argument)));
        transfer(copy, from, type, argument->isXValue(), true, argument);
        return loadOf(copy);
    }
    f_.accesses.read(from, type, argument);
    return f_.expressions.content(from);
}

void Objects::constructRecord(const ir::Place& to, const clang::CXXRecordDecl* record, Given arguments,
                              const clang::Expr* at) {
    const clang::CXXConstructorDecl* callee = chooseConstructor(record, arguments.expressions, f_.unit.ast);
    if (!callee || f_.unit.places.isSystem(record->getLocation()) ||
        (callee->isDefaultConstructor() && callee->isTrivial()))
        return;
    f_.unit.require(callee);
    ir::Instr instr = f_.calls.direct(callee, f_.unit.places.range(at));
    instr.operands.push_back(addressOf(to));
    for (std::size_t i = 0; i < arguments.values.size(); ++i) {
        bool named = i < callee->getNumParams();
        instr.operands.push_back(named ? adapted(callee->getParamDecl(static_cast<unsigned>(i))->getType(),
                                                 arguments.expressions[i], arguments.values[i])
                                       : arguments.values[i]);
    }
    f_.ir.emit(std::move(instr));
}

void Objects::constructFrom(const ir::Place& to, clang::QualType type, Given arguments, const clang::Expr* at) {
    type = type.getUnqualifiedType();
    if (isOwner(f_.unit.types.kind(type)) && !arguments.values.empty()) // a deleter or allocator may follow
        arguments = {arguments.expressions.take_front(), arguments.values.take_front()};
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    const clang::Expr* first = arguments.expressions.empty() ? nullptr : arguments.expressions[0];
    bool isSingle = arguments.values.size() == 1;
    bool isPlace =
        first && first->isGLValue() && !first->getType()->isFunctionType() && isPointerLike(arguments.values[0]);
    ir::TypeKind kind = f_.unit.types.kind(type);
    if (isSingle && kind == ir::TypeKind::callable)
        return constructCallable(to, first, arguments.values[0]);
    bool isCopy = isSingle && f_.unit.ast.hasSameUnqualifiedType(type, first->getType());
    bool isTrivialCopy = isCopy && (!record || f_.unit.types.entry(type) || record->hasTrivialCopyConstructor());
    bool isValue = !isObject(type) || isOwner(kind) || kind == ir::TypeKind::atomic;
    if (isPlace && isSingle && (isTrivialCopy || (isValue && isObject(first->getType()))))
        return transfer(to, f_.expressions.placeAt(arguments.values[0], type, first), first->getType(),
                        first->isXValue(), true, at);
    if (isValue && isSingle)
        return f_.ir.copy(to, adapted(type, first, arguments.values[0]), f_.unit.places.range(at));
    if (!record)
        return;
    if (syntax::isPair(type) && !arguments.values.empty())
        return constructPair(to, record, arguments, at);
    if (!f_.unit.types.entry(type))
        return constructRecord(to, record, arguments, at);
    const clang::CXXConstructorDecl* any = record->ctors().empty() ? nullptr : *record->ctor_begin();
    if (!any || arguments.values.empty())
        return;
    CallSite site;
    site.call = at;
    site.callee = any;
    site.object = addressOf(to);
    site.objectType = type.getAsOpaquePtr();
    site.arguments.assign(arguments.expressions.begin(), arguments.expressions.end());
    site.range = f_.unit.places.range(at);
    f_.api.call(site);
}

} // namespace deadheat::extract
