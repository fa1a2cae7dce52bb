// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/unit.h"
#include "analyzer/ir/lock_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {
namespace {

ir::Access accessOf(const clang::Decl* declaration) {
    switch (declaration->getAccess()) {
    case clang::AS_public: return ir::Access::public_;
    case clang::AS_protected: return ir::Access::protected_;
    case clang::AS_private: return ir::Access::private_;
    default: return ir::Access::none;
    }
}

/// Initialised before any code runs, so that no thread can see it half made.
bool isConstantInitialised(const clang::VarDecl* variable, const clang::ASTContext& ast) {
    const clang::VarDecl* initialised = nullptr;
    const clang::Expr* init = variable->getAnyInitializer(initialised);
    if (!init || !ast.getLangOpts().CPlusPlus)
        return true;
    if (init->isValueDependent() || init->containsErrors() || initialised->isInvalidDecl())
        return false;
    if (initialised->isConstexpr() || initialised->hasConstantInitialization())
        return true;
    const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(init->IgnoreImplicit());
    return construct && construct->getConstructor()->isConstexpr() && construct->getNumArgs() == 0;
}

bool isNoThrow(const clang::FunctionDecl* function) {
    const auto* prototype = function->getType()->getAs<clang::FunctionProtoType>();
    if (!prototype || !function->getASTContext().getLangOpts().CXXExceptions)
        return !function->getASTContext().getLangOpts().CXXExceptions;
    switch (prototype->getExceptionSpecType()) {
    case clang::EST_Unevaluated:
    case clang::EST_Uninstantiated:
    case clang::EST_Unparsed:
    case clang::EST_DependentNoexcept: return llvm::isa<clang::CXXDestructorDecl>(function);
    default: return prototype->isNothrow();
    }
}

/// Its body may be anywhere, but its name says that it locks or that its class does.
bool isNamedLikeLocking(const ir::Function& function, const std::string& record) {
    if (ir::lockNameOf(function.name).verb != ir::LockVerb::none)
        return true;
    return (function.isConstructor || function.isDestructor) && ir::isNamedLikeLock(record);
}

} // namespace

ir::Index Declarations::global(const clang::VarDecl* variable) {
    variable = variable->getCanonicalDecl();
    if (auto known = globals_.find(variable); known != globals_.end())
        return known->second;
    const clang::VarDecl* definition = variable->getDefinition();
    const clang::VarDecl* shown = definition ? definition : variable->getMostRecentDecl();
    ir::Global global;
    global.usr = unit_.names.usr(variable);
    global.name = unit_.names.printed(variable);
    global.type = unit_.types.type(shown->getType());
    global.range = unit_.places.name(shown);
    global.isConst = shown->getType().isConstQualified() || shown->isConstexpr();
    global.isThreadLocal =
        variable->getTLSKind() != clang::VarDecl::TLS_None || variable->hasAttr<clang::OMPThreadPrivateDeclAttr>();
    global.isInternal = !variable->isExternallyVisible();
    global.isStaticLocal = variable->isStaticLocal();
    global.isStaticMember = variable->isStaticDataMember();
    global.isConstantInit = isConstantInitialised(shown, unit_.ast);
    if (global.isStaticMember)
        global.record = unit_.types.record(llvm::cast<clang::RecordDecl>(variable->getDeclContext()));
    global.guardedBy = guardsOf(shown);
    auto index = static_cast<ir::Index>(unit_.module.globals.size());
    unit_.module.globals.push_back(std::move(global));
    if (unit_.places.isSystem(variable->getLocation()))
        library_.insert(index);
    return globals_[variable] = index;
}

ir::Index Declarations::hidden(const std::string& usr, const std::string& name, ir::TypeKind kind) {
    auto [known, isNew] = hidden_.try_emplace(usr, static_cast<ir::Index>(unit_.module.globals.size()));
    if (!isNew)
        return known->second;
    ir::Global global;
    global.usr = usr;
    global.name = name;
    global.type = unit_.types.add({name, kind, {}, 0, false, false});
    global.isConstantInit = true;
    unit_.module.globals.push_back(std::move(global));
    return known->second;
}

ir::Function Declarations::signature(const clang::FunctionDecl* declared) {
    ir::Function function;
    function.usr = unit_.names.usr(declared);
    function.name = unit_.names.printed(declared);
    function.range = unit_.places.name(declared);
    function.result = unit_.types.type(declared->getReturnType());
    function.contract = contractOf(declared);
    function.access = accessOf(declared);
    function.isInternal = !declared->isExternallyVisible();
    function.isMain = declared->isMain();
    function.isNoReturn = declared->isNoReturn();
    function.isNoThrow = isNoThrow(declared);
    function.isImplicit = declared->isImplicit() || declared->isDefaulted();
    function.isTemplateInstance = declared->isTemplateInstantiation() || declared->getTemplateSpecializationArgs();
    function.isVariadic = declared->isVariadic();
    function.isStatic = !declared->isCXXInstanceMember();
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declared);
    if (!method) {
        function.isStatic = declared->getStorageClass() == clang::SC_Static;
        return function;
    }
    function.record = unit_.types.record(method->getParent());
    function.isVirtual = method->isVirtual();
    function.isConstructor = llvm::isa<clang::CXXConstructorDecl>(method);
    function.isDestructor = llvm::isa<clang::CXXDestructorDecl>(method);
    function.isConst = method->isConst();
    function.isLambda = method->getParent()->isLambda();
    for (const clang::CXXMethodDecl* overridden : method->overridden_methods())
        function.overrides.push_back(unit_.names.usr(overridden));
    return function;
}

void Declarations::mention(const clang::FunctionDecl* function) {
    if (mentioned_.try_emplace(function->getCanonicalDecl(), 0).second)
        order_.push_back(function);
}

/// The formals of a function without a body.
void Declarations::addFormals(ir::Function& function, const clang::FunctionDecl* declared) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declared);
    if (method && method->isInstance())
        function.locals.push_back({"this", unit_.types.type(method->getThisType()), ir::LocalKind::this_, {}, false});
    for (const clang::ParmVarDecl* parameter : declared->parameters())
        function.locals.push_back({parameter->getNameAsString(), unit_.types.type(parameter->getType()),
                                   ir::LocalKind::parameter, unit_.places.name(parameter), false});
    function.parameters = declared->getNumParams();
}

/// Adds the called functions that have no body here but something to say.
void Declarations::addMentioned() {
    std::unordered_map<std::string, char> defined;
    for (const ir::Function& function : unit_.module.functions)
        defined.emplace(function.usr, 0);
    for (const clang::FunctionDecl* declared : order_) {
        if (defined.count(unit_.names.usr(declared)))
            continue;
        ir::Function function = signature(declared);
        function.isDeclaration = true;
        const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declared);
        const bool locks = isNamedLikeLocking(function, method ? method->getParent()->getNameAsString() : "");
        if (locks)
            addFormals(function, declared);
        bool tells = locks || function.contract != ir::Contract{} || !function.overrides.empty() ||
                     function.isVirtual || function.isNoReturn;
        if (tells)
            unit_.module.functions.push_back(std::move(function));
    }
}

} // namespace deadheat::extract
