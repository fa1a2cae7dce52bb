// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/function_lowering.h"

#include "analyzer/extract/openmp_lowering.h"
#include <algorithm>

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {

FunctionLowering::FunctionLowering(Unit& u, ir::Function signature)
    : unit(u), ir(std::move(signature)), variables(*this), accesses(*this), expressions(*this), objects(*this),
      calls(*this), api(*this), userGuards(*this), conditions(*this), flow(*this) {
    ir.function().exitBlock = ir.newBlock();
    if (unit.ast.getLangOpts().OpenMP)
        openmp = std::make_unique<OpenMp>(*this);
}

FunctionLowering::~FunctionLowering() = default;

ir::Index FunctionLowering::temporary(clang::QualType type, ir::Range range) {
    return ir.temporary(unit.types.type(type), range);
}

bool FunctionLowering::lower(const clang::FunctionDecl* function) { return lower(function, function->getBody()); }

bool FunctionLowering::lower(const clang::FunctionDecl* function, clang::Stmt* body) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    if (method && method->isInstance())
        variables.declareThis(method->getThisType());
    for (const clang::ParmVarDecl* parameter : function->parameters())
        variables.declare(parameter);
    ir.function().parameters = static_cast<ir::Index>(function->parameters().size());
    if (method && method->getParent()->isLambda())
        variables.bindLambdaCaptures(method->getParent());
    flow.declareParameters(function->parameters());
    return flow.lower(function, body);
}

// ---- variables -----------------------------------------------------------------------------------------------------

ir::Index Variables::declareThis(clang::QualType pointer) {
    return f_.ir.addLocal({"this", f_.unit.types.type(pointer), ir::LocalKind::this_, {}, false});
}

ir::Index Variables::declare(const clang::VarDecl* variable) {
    auto kind = llvm::isa<clang::ParmVarDecl>(variable) ? ir::LocalKind::parameter : ir::LocalKind::variable;
    ir::Index index = f_.ir.addLocal({variable->getNameAsString(), f_.unit.types.type(variable->getType()), kind,
                                      f_.unit.places.name(variable), false});
    locals_[variable] = index;
    return index;
}

bool Variables::isDeclared(const clang::VarDecl* variable) const {
    return locals_.count(variable) > 0 || captures_.count(variable) > 0;
}

ir::Place Variables::storage(const clang::VarDecl* variable) {
    if (variable->hasGlobalStorage())
        return globalPlace(f_.unit.declarations.global(variable));
    if (auto local = locals_.find(variable); local != locals_.end())
        return localPlace(local->second);
    // Not seen by its declaration: a constant that a lambda uses without capturing it, or what recovery left over.
    return localPlace(declare(variable));
}

ir::Place Variables::place(const clang::ValueDecl* declaration) {
    if (auto captured = captures_.find(declaration); captured != captures_.end())
        return captured->second;
    if (const auto* binding = llvm::dyn_cast<clang::BindingDecl>(declaration)) {
        if (const clang::VarDecl* holder = binding->getHoldingVar())
            return place(holder);
        return binding->getBinding() ? f_.expressions.lvalue(binding->getBinding()) : ir::Place{};
    }
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
    if (!variable)
        return {};
    ir::Place place = storage(variable);
    return variable->getType()->isReferenceType() ? dereferenced(std::move(place)) : place;
}

ir::Value Variables::thisValue() {
    if (capturedThis_)
        return addressOf(capturedThis_);
    return f_.ir.function().thisLocal() ? loadOf(localPlace(0)) : ir::Value{};
}

void Variables::bindLambdaCaptures(const clang::CXXRecordDecl* lambda) {
    llvm::DenseMap<const clang::ValueDecl*, clang::FieldDecl*> fields;
    clang::FieldDecl* thisField = nullptr;
    lambda->getCaptureFields(fields, thisField);
    if (!f_.ir.function().thisLocal())
        return;
    ir::Place closure = dereferenced(localPlace(0));
    auto fieldPlace = [&](const clang::FieldDecl* field) {
        ir::Place place = withField(closure, f_.unit.types.field(field));
        bool isPointer =
            field->getType()->isReferenceType() || (field == thisField && field->getType()->isPointerType());
        return isPointer ? dereferenced(std::move(place)) : place;
    };
    for (auto [variable, field] : fields)
        bind(variable, fieldPlace(field));
    if (thisField)
        capturedThis_ = fieldPlace(thisField);
}

void Variables::bindRegionCaptures(const clang::CapturedStmt* region, const ir::Place& closure) {
    auto field = region->getCapturedRecordDecl()->field_begin();
    for (const clang::CapturedStmt::Capture& capture : region->captures()) {
        ir::Place part = withField(closure, f_.unit.types.field(*field));
        bool isPointer = field->getType()->isReferenceType() || capture.capturesThis();
        ++field;
        if (capture.capturesThis())
            capturedThis_ = dereferenced(part);
        else if (capture.capturesVariable() || capture.capturesVariableByCopy())
            bind(capture.getCapturedVar(), isPointer ? dereferenced(part) : part);
    }
}

void Variables::markMoved(const ir::Place& place) {
    if (place.root == ir::RootKind::local && !hasDeref(place))
        moved_.insert(place.index);
}

// ---- accesses ------------------------------------------------------------------------------------------------------

bool Accesses::isConstant(const ir::Place& place) const {
    return place.root == ir::RootKind::global && !hasDeref(place) && f_.unit.module.globals[place.index].isConst;
}

/// sig_atomic_t says what the variable is for, also where `volatile` was forgotten.
static bool isForSignals(clang::QualType type) {
    const auto* alias = type->getAs<clang::TypedefType>();
    return alias && alias->getDecl()->getName() == "sig_atomic_t";
}

void Accesses::access(ir::Op op, const ir::Place& place, clang::QualType type, const clang::Expr* at,
                      ir::InstrFlags flags) {
    if (!place || (op == ir::Op::read && isConstant(place)))
        return;
    ir::Instr instr;
    instr.op = op;
    instr.flags = flags;
    instr.flags.isVolatile = type.isVolatileQualified() || isForSignals(type);
    if (const clang::FieldDecl* field = at->getSourceBitField())
        instr.flags.bitField = field != nullptr;
    if (f_.openmp && f_.openmp->isAtomic())
        instr.order = ir::MemoryOrder::relaxed;
    if (type->isAtomicType())
        instr.order = ir::MemoryOrder::seqCst;
    instr.size = static_cast<std::uint32_t>(f_.unit.types.size(type));
    instr.operands.push_back(addressOf(place));
    instr.range = f_.unit.places.range(at);
    f_.ir.emit(std::move(instr));
}

void Accesses::read(const ir::Place& place, clang::QualType type, const clang::Expr* at) {
    access(ir::Op::read, place, type, at);
}

void Accesses::write(const ir::Place& place, clang::QualType type, const clang::Expr* at, ir::InstrFlags flags) {
    if (flags.isInit && place.root == ir::RootKind::local && !hasDeref(place))
        return; // a local that begins its life: nobody else has it yet
    access(ir::Op::write, place, type, at, flags);
}

void Accesses::update(const ir::Place& place, clang::QualType type, const clang::Expr* at, ir::InstrFlags flags) {
    access(ir::Op::readWrite, place, type, at, flags);
}

void Accesses::library(ir::Op op, const ir::Value& pointer, std::uint32_t size, ir::Range range, ir::Index symbol,
                       bool isInit) {
    if (pointer.kind != ir::ValueKind::load && pointer.kind != ir::ValueKind::address)
        return;
    bool direct = pointer.kind == ir::ValueKind::address && pointer.place.root == ir::RootKind::global;
    if (direct && f_.unit.declarations.isLibrary(pointer.place.index))
        return; // std::cout and its like synchronise themselves
    if (op == ir::Op::read && pointer.kind == ir::ValueKind::address && isConstant(pointer.place))
        return;
    ir::Instr instr;
    instr.op = op;
    instr.flags.opaqueBody = true;
    instr.flags.isInit = isInit;
    instr.size = size;
    instr.symbol = symbol;
    instr.operands.push_back(pointer);
    instr.range = range;
    f_.ir.emit(std::move(instr));
    if (op != ir::Op::read && isPlainVariable(pointer))
        f_.ir.copy(pointer.place, {}, range); // the access itself is dropped when no other thread can see the variable
}

/// The address of a local, or of a part of one, whose value is what was last stored there.
bool Accesses::isPlainVariable(const ir::Value& pointer) const {
    const ir::Place& place = pointer.place;
    const bool isLocal = pointer.kind == ir::ValueKind::address && place.root == ir::RootKind::local &&
                         std::ranges::find(place.steps, ir::StepKind::deref, &ir::Step::kind) == place.steps.end();
    const ir::Index type = isLocal ? f_.ir.function().locals[place.index].type : ir::kNone;
    if (type == ir::kNone)
        return false;
    switch (f_.unit.module.types[type].kind) {
    case ir::TypeKind::scalar:
    case ir::TypeKind::record:
    case ir::TypeKind::array: return true;
    default: return false;
    }
}

} // namespace deadheat::extract
