// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the lowering of one translation unit shares: the module under construction and the tables that map Clang's
// declarations, types and places to indices of it. Each table answers for one kind of thing and caches its answers.
#pragma once

#include "analyzer/extract/api_table.h"
#include "analyzer/extract/extract.h"
#include "analyzer/ir/ir.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringMap.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace clang {
class ASTContext;
class CXXRecordDecl;
class CapturedStmt;
class Decl;
class Expr;
class FieldDecl;
class FileEntry;
class FunctionDecl;
class LambdaExpr;
class NamedDecl;
class QualType;
class RecordDecl;
class Sema;
class SourceLocation;
class SourceRange;
class Stmt;
class VarDecl;
} // namespace clang

namespace deadheat::extract {

class Unit;

/// Source locations to Ranges. Macro bodies give the expansion with the spelling beside; macro arguments where they stand.
class SourcePlaces {
public:
    SourcePlaces(Unit& unit, std::string projectRoot);
    ir::Range range(clang::SourceRange range);
    ir::Range range(clang::Stmt const* statement);
    ir::Range name(clang::NamedDecl const* declaration);
    bool isSystem(clang::SourceLocation location) const;
    /// Path of the file a declaration stands in, as Module::files spells it.
    std::string const& fileOf(clang::Decl const* declaration);
    /// As Module::files spells an absolute or relative path.
    std::string relative(llvm::StringRef path) const;

private:
    struct Point {
        ir::Index file = ir::kNone;
        std::uint32_t line = 0, column = 0;
    };
    Point point(clang::SourceLocation fileLocation);
    ir::Index file(clang::SourceLocation fileLocation);
    ir::Index macroPlace(clang::SourceLocation location);

    Unit& unit_;
    std::string projectRoot_;
    llvm::DenseMap<unsigned, ir::Index> files_;      // by FileID
    llvm::StringMap<ir::Index> filesByName_;
    std::unordered_map<std::uint64_t, ir::Index> macroPlaces_; // by raw encoding
};

/// USRs and qualified names.
class Names {
public:
    explicit Names(Unit& unit) : unit_(unit) {}
    std::string const& usr(clang::Decl const* declaration);
    /// Qualified, without inline namespaces and template arguments: the key of the API table.
    std::string const& qualified(clang::NamedDecl const* declaration);
    /// Qualified, for messages.
    std::string printed(clang::NamedDecl const* declaration);
    ir::Index symbol(clang::FunctionDecl const* function);
    ir::Index symbol(llvm::StringRef name);

private:
    std::string makeUsr(clang::Decl const* declaration);
    void appendQualified(clang::NamedDecl const* declaration, std::string& out);

    Unit& unit_;
    std::unordered_map<clang::Decl const*, std::string> usrs_;
    std::unordered_map<clang::Decl const*, std::string> qualified_;
    std::unordered_map<std::string, clang::Decl const*> usrOwners_;
    llvm::StringMap<ir::Index> symbols_;
};

/// Types, records and fields.
class Types {
public:
    explicit Types(Unit& unit) : unit_(unit) {}
    ir::Index type(clang::QualType type);
    ir::TypeKind kind(clang::QualType type);
    /// The table's entry for the type, typedef names looked through; null when it has none.
    ApiType const* entry(clang::QualType type);
    ir::Index field(clang::FieldDecl const* field);
    /// USR; the record with its fields enters the module.
    std::string const& record(clang::RecordDecl const* record);
    /// The element of a container, the pointee of a pointer, reference or smart pointer; null type when there is none.
    clang::QualType element(clang::QualType type);
    /// May hold a pointer, so that copying it moves pointers.
    bool holdsPointers(clang::QualType type);
    /// Destroying an object of the type does something that matters to threads.
    bool destructionMatters(clang::QualType type);
    std::uint64_t size(clang::QualType type);

private:
    ir::Type describe(clang::QualType type);
    ir::Index add(ir::Type type);
    ApiType const* findEntry(clang::QualType type);
    bool computeHoldsPointers(clang::QualType type);
    bool computeDestructionMatters(clang::QualType type);
    std::string const& recordOf(clang::QualType type);
    void addFields(clang::RecordDecl const* record, ir::Index index);
    void describeClass(clang::CXXRecordDecl const* record, ir::Record& described);

    Unit& unit_;
    llvm::DenseMap<void*, ir::Index> types_;
    llvm::DenseMap<void*, ApiType const*> entries_;
    llvm::DenseMap<void*, char> holdsPointers_, destructionMatters_;
    std::unordered_map<std::string, ir::Index> byText_;
    llvm::DenseMap<void const*, ir::Index> fields_;
    llvm::DenseMap<void const*, ir::Index> records_;
};

/// Globals and function signatures, and which functions are still to be lowered.
class Declarations {
public:
    explicit Declarations(Unit& unit) : unit_(unit) {}
    ir::Index global(clang::VarDecl const* variable);
    /// The signature part of a function: names, flags, contract, result; neither locals nor blocks.
    ir::Function signature(clang::FunctionDecl const* function);
    /// Notes that the function is called, so that its contract and overrides enter the module if its body does not.
    void mention(clang::FunctionDecl const* function);
    void addMentioned();

private:
    Unit& unit_;
    llvm::DenseMap<void const*, ir::Index> globals_;
    llvm::DenseMap<void const*, char> mentioned_;
    std::vector<clang::FunctionDecl const*> order_;
};

/// Thread-safety attributes as facts.
std::vector<std::string> guardsOf(clang::Decl const* declaration);
ir::Contract contractOf(clang::FunctionDecl const* function);

class Unit {
public:
    Unit(clang::ASTContext& ast, const Options& options, ApiTable const& api);
    Unit(Unit const&) = delete;
    Unit& operator=(Unit const&) = delete;

    /// Lowers everything the unit defines.
    void run();
    void diagnose(ir::Range range, std::string message, bool lostFunction);
    /// Lambdas, local classes and outlined regions are found while lowering and are lowered later.
    void enqueue(clang::FunctionDecl const* function);
    void enqueueInitializer(clang::VarDecl const* variable);
    void enqueue(std::function<void()> outlined) { outlined_.push_back(std::move(outlined)); }
    void enqueueMembers(clang::CXXRecordDecl const* record);

    clang::ASTContext& ast;
    const Options& options;
    ApiTable const& api;
    ir::Module module;
    SourcePlaces places;
    Names names;
    Types types;
    Declarations declarations;

private:
    void lower(clang::FunctionDecl const* function);
    void lowerInitializers();
    /// Runs `body`; a crash inside loses only what it would have added.
    template <typename Body> bool guarded(ir::Range range, std::string const& what, Body body);

    std::deque<clang::FunctionDecl const*> functions_;
    std::deque<std::function<void()>> outlined_;
    std::vector<clang::VarDecl const*> initializers_;
    llvm::DenseMap<void const*, char> seen_;
};

} // namespace deadheat::extract
