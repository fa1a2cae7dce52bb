// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/unit.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/Sema/Sema.h>

namespace deadheat::extract {

/// The body of std::make_unique is not read, so nothing has asked for the constructor that it calls.
void Unit::define(const clang::FunctionDecl* function) {
    bool isImplicit = function->isDefaulted() && !function->isDeleted() &&
                      llvm::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(function);
    bool isInstance = function->isTemplateInstantiation() && function->isImplicitlyInstantiable();
    if (!sema_ || (!isImplicit && !isInstance) || function->isInvalidDecl() || function->isDependentContext() ||
        function->isTrivial() || (!options.recordSystemHeaders && places.isSystem(function->getLocation())))
        return;
    if (!defined_.try_emplace(function->getCanonicalDecl(), 0).second)
        return;
    auto* declaration = const_cast<clang::FunctionDecl*>(function);
    sema_->MarkFunctionReferenced(function->getLocation(), declaration);
    sema_->PerformPendingInstantiations();
}

} // namespace deadheat::extract
