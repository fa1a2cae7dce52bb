// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clang's thread-safety attributes, as facts. Arguments are kept as they are written: link resolves them relative to the
// object or function that carries them.
#include "analyzer/extract/clang_compat.h"
#include "analyzer/extract/unit.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/Expr.h>

namespace deadheat::extract {
namespace {

using Strings = std::vector<std::string>;

std::string written(const clang::Expr* argument, const clang::ASTContext& ast) {
    if (const auto* literal = llvm::dyn_cast<clang::StringLiteral>(argument->IgnoreParenImpCasts()))
        return literal->isOrdinary() ? literal->getString().str() : "";
    std::string text;
    llvm::raw_string_ostream out(text);
    argument->printPretty(out, nullptr, clang::PrintingPolicy(ast.getLangOpts()));
    return text;
}

template <typename Attribute>
void addArguments(const Attribute* attribute, const clang::ASTContext& ast, Strings& out) {
    // Without an argument the attribute speaks of the object itself.
    if (attribute->args_size() == 0)
        out.emplace_back("this");
    for (const clang::Expr* argument : attribute->args())
        if (argument)
            out.push_back(written(argument, ast));
}

} // namespace

std::vector<std::string> guardsOf(const clang::Decl* declaration) {
    Strings guards;
    if (!declaration->hasAttrs())
        return guards;
    for (const auto* attribute : declaration->specific_attrs<clang::GuardedByAttr>())
        guards.push_back(written(attribute->getArg(), declaration->getASTContext()));
    for (const auto* attribute : declaration->specific_attrs<clang::PtGuardedByAttr>())
        guards.push_back("*" + written(attribute->getArg(), declaration->getASTContext()));
    return guards;
}

ir::Contract contractOf(const clang::FunctionDecl* function) {
    ir::Contract contract;
    const clang::ASTContext& ast = function->getASTContext();
    for (const clang::FunctionDecl* declared : function->redecls()) {
        if (!declared->hasAttrs())
            continue;
        for (const clang::Attr* attribute : declared->attrs()) {
            if (attribute->isInherited())
                continue;
            if (const auto* needs = llvm::dyn_cast<clang::RequiresCapabilityAttr>(attribute))
                addArguments(needs, ast, needs->isShared() ? contract.requiresShared : contract.requiresLocks);
            else if (const auto* takes = llvm::dyn_cast<clang::AcquireCapabilityAttr>(attribute))
                addArguments(takes, ast, contract.acquires);
            else if (const auto* gives = llvm::dyn_cast<clang::ReleaseCapabilityAttr>(attribute))
                addArguments(gives, ast, contract.releases);
            else if (const auto* excludes = llvm::dyn_cast<clang::LocksExcludedAttr>(attribute))
                addArguments(excludes, ast, contract.excludes);
            else if (llvm::isa<clang::NoThreadSafetyAnalysisAttr>(attribute))
                contract.noAnalysis = true;
        }
    }
    return contract;
}

} // namespace deadheat::extract
