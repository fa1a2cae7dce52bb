// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/unit.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>
#include <llvm/Support/Path.h>

namespace deadheat::extract {

SourcePlaces::SourcePlaces(Unit& unit, std::string projectRoot) : unit_(unit), projectRoot_(std::move(projectRoot)) {
    while (projectRoot_.size() > 1 && projectRoot_.back() == '/')
        projectRoot_.pop_back();
}

std::string SourcePlaces::relative(llvm::StringRef path) const {
    llvm::SmallString<256> absolute(path);
    unit_.ast.getSourceManager().getFileManager().makeAbsolutePath(absolute);
    llvm::sys::path::remove_dots(absolute, true);
    llvm::StringRef text = absolute;
    if (!projectRoot_.empty() && text.starts_with(projectRoot_) && text.substr(projectRoot_.size()).starts_with("/"))
        text = text.substr(projectRoot_.size() + 1);
    return text.str();
}

bool SourcePlaces::isSystem(clang::SourceLocation location) const {
    return location.isInvalid() || unit_.ast.getSourceManager().isInSystemHeader(location);
}

ir::Index SourcePlaces::file(clang::SourceLocation location) {
    const clang::SourceManager& sources = unit_.ast.getSourceManager();
    clang::FileID id = sources.getFileID(location);
    auto [known, isNew] = files_.try_emplace(id.getHashValue(), ir::kNone);
    if (!isNew)
        return known->second;
    auto entry = sources.getFileEntryRefForID(id);
    if (!entry)
        return ir::kNone;
    std::string name = relative(entry->getName());
    auto [index, isNewName] = filesByName_.try_emplace(name, static_cast<ir::Index>(unit_.module.files.size()));
    if (isNewName)
        unit_.module.files.push_back(name);
    return known->second = index->second;
}

const std::string& SourcePlaces::fileOf(const clang::Decl* declaration) {
    static const std::string none;
    auto location = unit_.ast.getSourceManager().getFileLoc(declaration->getLocation());
    ir::Index index = location.isValid() ? file(location) : ir::kNone;
    return index == ir::kNone ? none : unit_.module.files[index];
}

SourcePlaces::Point SourcePlaces::point(clang::SourceLocation location) {
    const clang::SourceManager& sources = unit_.ast.getSourceManager();
    auto [id, offset] = sources.getDecomposedLoc(location);
    Point point;
    point.file = file(location);
    if (point.file == ir::kNone)
        return point;
    point.line = sources.getLineNumber(id, offset);
    point.column = sources.getColumnNumber(id, offset);
    return point;
}

ir::Index SourcePlaces::macroPlace(clang::SourceLocation spelling) {
    auto [known, isNew] = macroPlaces_.try_emplace(spelling.getRawEncoding(), ir::kNone);
    if (!isNew)
        return known->second;
    Point where = point(spelling);
    if (where.file == ir::kNone) // a token made by ## has no place in a file
        return ir::kNone;
    unit_.module.macroPlaces.push_back({where.file, where.line, where.column, where.line, where.column, ir::kNone});
    return known->second = static_cast<ir::Index>(unit_.module.macroPlaces.size() - 1);
}

ir::Range SourcePlaces::range(clang::SourceRange source) {
    ir::Range range;
    if (source.isInvalid())
        return range;
    const clang::SourceManager& sources = unit_.ast.getSourceManager();
    clang::SourceLocation begin = sources.getFileLoc(source.getBegin());
    Point first = point(begin);
    range.file = first.file;
    range.line = range.endLine = first.line;
    range.column = range.endColumn = first.column;
    if (source.getBegin().isMacroID())
        if (auto spelling = sources.getSpellingLoc(source.getBegin()); spelling != begin)
            range.macro = macroPlace(spelling);
    clang::SourceLocation end = source.getEnd();
    end = end.isMacroID() && !sources.isMacroArgExpansion(end) ? sources.getExpansionRange(end).getEnd()
                                                               : sources.getFileLoc(end);
    Point last = point(end);
    if (last.file != first.file || last.line < first.line)
        return range;
    range.endLine = last.line;
    range.endColumn = last.column + clang::Lexer::MeasureTokenLength(end, sources, unit_.ast.getLangOpts());
    return range;
}

/// A chain of calls or members over several lines is where its last name stands, not where it begins.
ir::Range SourcePlaces::range(const clang::Stmt* statement) {
    clang::SourceRange source = statement->getSourceRange();
    if (const auto* expression = llvm::dyn_cast<clang::Expr>(statement)) {
        clang::SourceLocation name = expression->getExprLoc();
        const clang::SourceManager& sources = unit_.ast.getSourceManager();
        if (name.isFileID() && source.getBegin().isFileID() && name.isValid() &&
            llvm::isa<clang::MemberExpr, clang::CallExpr>(expression) &&
            sources.getSpellingLineNumber(name) != sources.getSpellingLineNumber(source.getBegin()))
            source.setBegin(name);
    }
    return range(source);
}

ir::Range SourcePlaces::name(const clang::NamedDecl* declaration) { return range(declaration->getLocation()); }

} // namespace deadheat::extract
