// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/syntax.h"
#include "analyzer/extract/unit.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Index/USRGeneration.h>

namespace deadheat::extract {
namespace {

bool isLambda(const clang::Decl* declaration) {
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration);
    return record && record->isLambda();
}

std::string ownName(const clang::NamedDecl* declaration) {
    if (llvm::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(declaration)) {
        const auto* parent = llvm::cast<clang::CXXMethodDecl>(declaration)->getParent();
        return (llvm::isa<clang::CXXDestructorDecl>(declaration) ? "~" : "") + ownName(parent);
    }
    if (const auto* conversion = llvm::dyn_cast<clang::CXXConversionDecl>(declaration))
        return "operator " + conversion->getConversionType().getUnqualifiedType().getAsString();
    if (isLambda(declaration))
        return "(lambda)";
    if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(declaration))
        if (const auto* alias = tag->getTypedefNameForAnonDecl())
            return alias->getNameAsString();
    return declaration->getNameAsString();
}

} // namespace

const std::string& Names::usr(const clang::Decl* declaration) {
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration))
        declaration = syntax::standIn(function);
    declaration = declaration->getCanonicalDecl();
    if (auto known = usrs_.find(declaration); known != usrs_.end())
        return known->second;
    std::string usr = makeUsr(declaration);
    // Clang gives some different local entities one USR (two classes of one name in two blocks of a function).
    unsigned count = 1;
    std::string unique = usr;
    while (!usrOwners_.try_emplace(unique, declaration).second)
        unique = usr + "~" + std::to_string(++count);
    return usrs_[declaration] = std::move(unique);
}

std::string Names::makeUsr(const clang::Decl* declaration) {
    llvm::SmallString<128> buffer;
    const auto* named = llvm::dyn_cast<clang::NamedDecl>(declaration);
    if (clang::index::generateUSRForDecl(declaration, buffer)) {
        buffer = "c:?";
        buffer += named ? printed(named) : std::string("anonymous");
        ir::Range range = unit_.places.range(declaration->getSourceRange());
        buffer += "@" + std::to_string(range.line) + ":" + std::to_string(range.column);
    }
    // Clang's USR of a file-local entity has the file's last name only, and two folders may have files of one name.
    if (named && !named->isExternallyVisible())
        buffer += "|" + unit_.places.fileOf(declaration);
    for (char& letter : buffer)
        if (letter == ' ')
            letter = '_';
    return std::string(buffer);
}

const std::string& Names::qualified(const clang::NamedDecl* declaration) {
    const clang::Decl* key = declaration->getCanonicalDecl();
    if (auto known = qualified_.find(key); known != qualified_.end())
        return known->second;
    std::string name;
    appendQualified(declaration, name);
    return qualified_[key] = std::move(name);
}

void Names::appendQualified(const clang::NamedDecl* declaration, std::string& out) {
    for (const clang::DeclContext* context = declaration->getDeclContext(); context; context = context->getParent()) {
        const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context);
        if (llvm::isa<clang::RecordDecl>(context) || (space && !space->isInline() && !space->isAnonymousNamespace())) {
            appendQualified(llvm::cast<clang::NamedDecl>(context), out);
            out += "::";
            break;
        }
    }
    out += ownName(declaration);
}

std::string Names::printed(const clang::NamedDecl* declaration) {
    std::string prefix;
    for (const clang::DeclContext* context = declaration->getDeclContext(); context; context = context->getParent()) {
        const auto* named = llvm::dyn_cast<clang::NamedDecl>(context);
        const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context);
        if (!named || (space && (space->isInline() || space->isAnonymousNamespace())))
            continue;
        prefix = printed(named) + "::";
        break;
    }
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declaration); method && isLambda(method->getParent()))
        return prefix.substr(0, prefix.size() - 2);
    const std::string name = ownName(declaration);
    // The members of a nameless struct are spoken of as those of the struct around it.
    return name.empty() && !prefix.empty() ? prefix.substr(0, prefix.size() - 2) : prefix + name;
}

ir::Index Names::symbol(const clang::FunctionDecl* function) { return symbol(usr(function)); }

ir::Index Names::symbol(llvm::StringRef name) {
    auto [known, isNew] = symbols_.try_emplace(name, static_cast<ir::Index>(unit_.module.symbols.size()));
    if (isNew)
        unit_.module.symbols.push_back(name.str());
    return known->second;
}

} // namespace deadheat::extract
