// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/clang_compat.h"
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"
#include "analyzer/ir/lock_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/Builtins.h>
#include <clang/Lex/Lexer.h>

namespace deadheat::extract {

bool Calls::mayThrow(const clang::FunctionDecl* callee) const {
    if (!f_.unit.ast.getLangOpts().CXXExceptions)
        return false;
    if (!callee)
        return true;
    if (callee->getBuiltinID() || callee->isExternC())
        return false;
    const auto* prototype = callee->getType()->getAs<clang::FunctionProtoType>();
    if (!prototype)
        return true;
    switch (prototype->getExceptionSpecType()) {
    case clang::EST_Unevaluated:
    case clang::EST_Uninstantiated:
    case clang::EST_Unparsed:
    case clang::EST_DependentNoexcept: return false;
    default: return !prototype->isNothrow();
    }
}

ir::Instr Calls::direct(const clang::FunctionDecl* callee, ir::Range range) {
    f_.unit.declarations.mention(callee);
    ir::Instr instr;
    instr.op = ir::Op::call;
    bool isLibrary = f_.unit.places.isSystem(callee->getLocation()) && !callee->hasBody();
    instr.symbol = isLibrary ? f_.unit.names.symbol(f_.unit.names.qualified(callee)) : f_.unit.names.symbol(callee);
    instr.flags.mayThrow = mayThrow(callee);
    instr.range = range;
    return instr;
}

void Calls::addArguments(ir::Instr& instr, const clang::FunctionDecl*, llvm::ArrayRef<const clang::Expr*> arguments) {
    for (const clang::Expr* argument : arguments) {
        f_.expressions.handOver(argument);
        instr.operands.push_back(f_.expressions.argument(argument));
    }
}

Lowered Calls::emit(ir::Instr instr, clang::QualType result, const ir::Place* destination) {
    if (result->isVoidType()) {
        f_.ir.emit(std::move(instr));
        return {};
    }
    ir::Place held = isObject(result) && destination ? *destination : localPlace(f_.temporary(result, instr.range));
    instr.result = held;
    f_.ir.emit(std::move(instr));
    if (result->isReferenceType())
        return Lowered::of(dereferenced(std::move(held)));
    return isObject(result) ? Lowered::of(std::move(held)) : Lowered::of(loadOf(std::move(held)));
}

void Calls::constructor(const ir::Place& object, const clang::CXXConstructorDecl* callee,
                        llvm::ArrayRef<const clang::Expr*> arguments, const clang::Expr* at) {
    f_.unit.enqueue(callee);
    ir::Instr instr = direct(callee, f_.unit.places.range(at));
    instr.operands.push_back(addressOf(object));
    addArguments(instr, callee, arguments);
    f_.ir.emit(std::move(instr));
}

void Calls::inheritedConstructor(const ir::Place& object, const clang::CXXInheritedCtorInitExpr* e) {
    f_.unit.enqueue(e->getConstructor());
    ir::Instr instr = direct(e->getConstructor(), f_.unit.places.range(e));
    instr.operands.push_back(addressOf(object));
    for (ir::Index parameter = 1; parameter <= f_.ir.function().parameters; ++parameter) // behind `this`
        instr.operands.push_back(loadOf(localPlace(parameter)));
    f_.ir.emit(std::move(instr));
}

bool Calls::isVirtual(const clang::CXXMethodDecl* method, const clang::CallExpr* e) const {
    if (!method->isVirtual() || method->hasAttr<clang::FinalAttr>() || method->getParent()->hasAttr<clang::FinalAttr>())
        return false;
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(e->getCallee()->IgnoreParens());
    return !member || !member->hasQualifier();
}

std::optional<CallSite> Calls::resolve(const clang::CallExpr* e, const ir::Place* destination) {
    CallSite site;
    site.call = e;
    site.callee = e->getDirectCallee();
    site.destination = destination;
    site.range = f_.unit.places.range(e);
    if (!site.callee)
        return std::nullopt;
    site.arguments.assign(e->arg_begin(), e->arg_end());
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(site.callee);
    if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(e)) {
        site.objectExpr = call->getImplicitObjectArgument();
    } else if (llvm::isa<clang::CXXOperatorCallExpr>(e) && method && !site.arguments.empty()) {
        // A static operator() takes no object, but its call is written with one.
        site.objectExpr = site.arguments.front();
        site.arguments.erase(site.arguments.begin());
    }
    if (!site.objectExpr || !method || !method->isInstance()) {
        if (site.objectExpr)
            f_.expressions.discard(site.objectExpr);
        site.objectExpr = nullptr;
        return site;
    }
    clang::QualType type = site.objectExpr->getType();
    bool isPointer = type->isPointerType();
    site.objectType = (isPointer ? type->getPointeeType() : type).getAsOpaquePtr();
    site.object =
        isPointer ? f_.expressions.rvalue(site.objectExpr) : addressOf(f_.expressions.lvalue(site.objectExpr));
    return site;
}

Lowered Calls::call(const clang::CallExpr* e, const ir::Place* destination) {
    if (llvm::isa<clang::CXXPseudoDestructorExpr>(e->getCallee()->IgnoreParens()))
        return {};
    std::optional<CallSite> site = resolve(e, destination);
    if (!site)
        return indirect(e, destination);
    if (auto result = builtin(*site))
        return *result;
    if (auto result = f_.api.call(*site))
        return *result;
    return ordinary(*site, e);
}

void Calls::readVirtualTable(const CallSite& site, const clang::CXXRecordDecl* record, const clang::Expr* at) {
    const ir::Index table = f_.unit.types.virtualTable(record);
    const ir::Place object = f_.expressions.placeAt(site.object, compat::recordType(f_.unit.ast, record), at);
    if (table == ir::kNone || !object)
        return;
    ir::Instr instr;
    instr.op = ir::Op::read;
    instr.flags.implicit = true;
    instr.operands.push_back(addressOf(withField(object, table)));
    instr.range = site.range;
    f_.ir.emit(std::move(instr));
}

Lowered Calls::ordinary(const CallSite& site, const clang::CallExpr* e) {
    f_.unit.enqueue(site.callee);
    ir::Instr instr = direct(site.callee, site.range);
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(site.callee);
    if (method && method->isInstance()) {
        instr.operands.push_back(site.object);
        instr.flags.isVirtual = isVirtual(method, e);
    }
    addArguments(instr, site.callee, site.arguments);
    if (instr.flags.isVirtual)
        readVirtualTable(site, method->getParent(), e);
    if (!site.callee->getDefinition() && !instr.flags.isVirtual)
        f_.api.declaredAccess(site, instr);
    Lowered result = emit(std::move(instr), site.callee->getReturnType(), site.destination);
    if (site.callee->isNoReturn())
        f_.ir.setUnreachable();
    return result;
}

/// The macro or enumerator of an argument that says whether a lock is taken or given back; empty when there is none.
std::string Calls::lockMode(const clang::Stmt* argument) const {
    std::string name;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(argument);
        reference && llvm::isa<clang::EnumConstantDecl>(reference->getDecl()))
        name = reference->getDecl()->getNameAsString();
    if (llvm::isa<clang::IntegerLiteral>(argument) && argument->getBeginLoc().isMacroID())
        name = clang::Lexer::getImmediateMacroName(argument->getBeginLoc(), f_.unit.ast.getSourceManager(),
                                                   f_.unit.ast.getLangOpts());
    if (ir::lockNameOf(name).verb != ir::LockVerb::none)
        return name;
    for (const clang::Stmt* part : argument->children())
        if (part)
            if (name = lockMode(part); !name.empty())
                return name;
    return {};
}

/// A call through a pointer or a member pointer.
Lowered Calls::indirect(const clang::CallExpr* e, const ir::Place* destination) {
    ir::Instr instr;
    instr.op = ir::Op::callIndirect;
    instr.range = f_.unit.places.range(e);
    instr.flags.mayThrow = mayThrow(nullptr);
    const clang::Expr* callee = e->getCallee()->IgnoreParenImpCasts();
    const auto* memberPointer = llvm::dyn_cast<clang::BinaryOperator>(callee);
    if (memberPointer && memberPointer->isPtrMemOp()) {
        const clang::Expr* object = memberPointer->getLHS();
        ir::Value pointer = object->getType()->isPointerType() ? f_.expressions.rvalue(object)
                                                               : addressOf(f_.expressions.lvalue(object));
        instr.operands.push_back(f_.expressions.rvalue(memberPointer->getRHS()));
        instr.operands.push_back(std::move(pointer));
    } else {
        instr.operands.push_back(f_.expressions.rvalue(e->getCallee()));
    }
    std::vector<const clang::Expr*> arguments(e->arg_begin(), e->arg_end());
    for (const clang::Expr* argument : arguments)
        if (argument->getType()->isIntegralOrEnumerationType())
            if (const std::string mode = lockMode(argument); !mode.empty())
                instr.symbol = f_.unit.names.symbol(std::string(ir::kLockMode) + mode);
    addArguments(instr, nullptr, arguments);
    return emit(std::move(instr), e->getCallReturnType(f_.unit.ast), destination);
}

std::optional<Lowered> Calls::builtin(const CallSite& site) {
    if (!site.callee->getBuiltinID())
        return std::nullopt;
    if (auto result = f_.expressions.syncBuiltin(site))
        return Lowered::of(*result);
    switch (site.callee->getBuiltinID()) {
    case clang::Builtin::BI__builtin_expect:
    case clang::Builtin::BI__builtin_expect_with_probability:
        return Lowered::of(f_.expressions.rvalue(site.arguments.at(0)));
    case clang::Builtin::BI__builtin_unreachable:
    case clang::Builtin::BI__builtin_trap: f_.ir.setUnreachable(); return Lowered{};
    case clang::Builtin::BI__builtin_constant_p:
    case clang::Builtin::BI__builtin_object_size:
    case clang::Builtin::BI__builtin_assume: return Lowered{};
    default: return std::nullopt;
    }
}

} // namespace deadheat::extract
