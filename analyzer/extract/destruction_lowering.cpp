// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How objects end: scope exit, members and bases, delete, what owners own.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {

void Objects::emitOnHandle(ir::Op op, const ir::Place& place, ir::Range range) {
    ir::Instr instr;
    instr.op = op;
    instr.flags.implicit = true;
    instr.operands.push_back(addressOf(place));
    instr.range = range;
    f_.ir.emit(std::move(instr));
}

void Objects::destroy(const ir::Place& place, clang::QualType type, ir::Range range) {
    if (!place || !f_.unit.types.destructionMatters(type))
        return;
    switch (f_.unit.types.kind(type)) {
    case ir::TypeKind::guard:
        return f_.userGuards.lockOf(type) ? f_.userGuards.destroy(place, type, range)
                                          : emitOnHandle(ir::Op::guardDestroy, place, range);
    case ir::TypeKind::thread:
    case ir::TypeKind::joiningThread:
    case ir::TypeKind::future: return emitOnHandle(ir::Op::handleDestroy, place, range);
    case ir::TypeKind::smartPointer: {
        clang::QualType pointee = f_.unit.types.element(type);
        bool moved = place.root == ir::RootKind::local && (f_.variables.isMoved(place.index) || f_.flow.isUnwinding());
        return moved ? destroyIfSet(place, pointee, range) : destroyPointee(place, pointee, range);
    }
    case ir::TypeKind::array:
    case ir::TypeKind::container: return destroy(withElement(place), f_.unit.types.element(type), range);
    default: break;
    }
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (record && record->getDefinition())
        callDestructor(addressOf(place), record->getDefinition(), false, range);
}

void Objects::destroyPointee(const ir::Place& pointer, clang::QualType pointee, ir::Range range, bool isImplicit) {
    if (pointee.isNull())
        return;
    const clang::CXXRecordDecl* record = pointee->getAsCXXRecordDecl();
    if (record && f_.unit.types.kind(pointee) == ir::TypeKind::record && record->getDefinition()) {
        record = record->getDefinition();
        const clang::CXXDestructorDecl* destructor = record->getDestructor();
        bool isVirtual = destructor && destructor->isVirtual();
        if (isVirtual || f_.unit.types.destructionMatters(pointee))
            callDestructor(loadOf(pointer), record, isVirtual, range);
    } else {
        destroy(dereferenced(pointer), pointee, range);
    }
    ir::Instr instr;
    instr.op = ir::Op::free;
    instr.flags.implicit = isImplicit;
    instr.operands.push_back(loadOf(pointer));
    instr.range = range;
    f_.ir.emit(std::move(instr));
}

/// An owner that was moved from on some path owns nothing there.
void Objects::destroyIfSet(const ir::Place& pointer, clang::QualType pointee, ir::Range range, bool isImplicit) {
    ir::Index set = f_.ir.newBlock(), after = f_.ir.newBlock();
    f_.ir.branch({ir::Compare::notEqual, loadOf(pointer), nullValue()}, set, after);
    f_.ir.setBlock(set);
    destroyPointee(pointer, pointee, range, isImplicit);
    f_.ir.jump(after);
    f_.ir.setBlock(after);
}

void Objects::callDestructor(const ir::Value& object, const clang::CXXRecordDecl* record, bool isVirtual,
                             ir::Range range) {
    const clang::CXXDestructorDecl* destructor = record->getDestructor();
    if (!destructor)
        return;
    f_.unit.require(destructor);
    ir::Instr instr = f_.calls.direct(destructor, range);
    instr.flags.implicit = true;
    instr.flags.mayThrow = false;
    instr.flags.isVirtual = isVirtual;
    instr.operands.push_back(object);
    f_.ir.emit(std::move(instr));
}

void Objects::endContent(const ir::Place& place, clang::QualType type, ir::Range range) {
    if (f_.unit.types.kind(type) != ir::TypeKind::smartPointer)
        return destroy(place, type, range);
    clang::QualType pointee = f_.unit.types.element(type);
    const clang::CXXRecordDecl* record = pointee.isNull() ? nullptr : pointee->getAsCXXRecordDecl();
    if (f_.unit.types.destructionMatters(pointee) || (record && record->hasDefinition()))
        destroyIfSet(place, pointee, range, false);
}

void Objects::becomeBase(clang::QualType base, bool isEnd, ir::Range range) {
    const ir::Index table = f_.unit.types.virtualTable(base->getAsCXXRecordDecl());
    if (table == ir::kNone || !f_.ir.function().thisLocal())
        return;
    ir::Instr instr;
    instr.op = ir::Op::write;
    instr.flags.isInit = !isEnd;
    instr.flags.implicit = true;
    instr.operands.push_back(addressOf(withField(dereferenced(localPlace(0)), table)));
    instr.range = range;
    f_.ir.emit(std::move(instr));
}

void Objects::destroyBase(clang::QualType base, ir::Range range) {
    if (!f_.unit.types.destructionMatters(base))
        return;
    becomeBase(base, true, range);
    destroy(dereferenced(localPlace(0)), base, range);
}

void Objects::deleteObject(const clang::CXXDeleteExpr* e) {
    ir::Range range = f_.unit.places.range(e);
    ir::Value pointer = f_.expressions.rvalue(e->getArgument());
    clang::QualType type = e->getDestroyedType();
    if (!isKnown(pointer) || type.isNull())
        return;
    ir::Place object = f_.expressions.placeAt(pointer, type, e);
    if (e->isArrayForm())
        destroy(withElement(object), type, range);
    else if (const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
             record && record->getDefinition() && f_.unit.types.kind(type) == ir::TypeKind::record) {
        record = record->getDefinition();
        const clang::CXXDestructorDecl* destructor = record->getDestructor();
        bool isVirtual = destructor && destructor->isVirtual();
        if (isVirtual || f_.unit.types.destructionMatters(type))
            callDestructor(pointer, record, isVirtual, range);
    } else {
        destroy(object, type, range);
    }
    ir::Instr instr;
    instr.op = ir::Op::free;
    instr.operands.push_back(std::move(pointer));
    instr.range = range;
    f_.ir.emit(std::move(instr));
}

} // namespace deadheat::extract
