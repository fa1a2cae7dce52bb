// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the lowering of one translation unit shares: the module under construction and the tables that map Clang's
// declarations, types and places to indices of it. Each table answers for one kind of thing and caches its answers.
#pragma once

#include "analyzer/extract/api_table.h"
#include "analyzer/extract/extract.h"
#include "analyzer/ir/ir.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
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

class FunctionLowering;
class Unit;

/// Source locations to Ranges. Macro bodies give the expansion with the spelling beside; macro arguments where they stand.
class SourcePlaces {
public:
    SourcePlaces(Unit& unit, std::string projectRoot);
    ir::Range range(clang::SourceRange range);
    ir::Range range(const clang::Stmt* statement);
    ir::Range name(const clang::NamedDecl* declaration);
    bool isSystem(clang::SourceLocation location) const;
    /// Path of the file a declaration stands in, as Module::files spells it.
    const std::string& fileOf(const clang::Decl* declaration);
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
    llvm::DenseMap<unsigned, ir::Index> files_; // by FileID
    llvm::StringMap<ir::Index> filesByName_;
    std::unordered_map<std::uint64_t, ir::Index> macroPlaces_; // by raw encoding
};

/// USRs and qualified names.
class Names {
public:
    explicit Names(Unit& unit) : unit_(unit) {}
    const std::string& usr(const clang::Decl* declaration);
    /// Qualified, without inline namespaces and template arguments: the key of the API table.
    const std::string& qualified(const clang::NamedDecl* declaration);
    /// Qualified, for messages.
    std::string printed(const clang::NamedDecl* declaration);
    ir::Index symbol(const clang::FunctionDecl* function);
    ir::Index symbol(llvm::StringRef name);

private:
    std::string makeUsr(const clang::Decl* declaration);
    void appendQualified(const clang::NamedDecl* declaration, std::string& out);

    Unit& unit_;
    std::unordered_map<const clang::Decl*, std::string> usrs_;
    std::unordered_map<const clang::Decl*, std::string> qualified_;
    std::unordered_map<std::string, const clang::Decl*> usrOwners_;
    llvm::StringMap<ir::Index> symbols_;
};

/// Types, records and fields.
class Types {
public:
    explicit Types(Unit& unit) : unit_(unit) {}
    ir::Index type(clang::QualType type);
    ir::TypeKind kind(clang::QualType type);
    /// The table's entry for the type, typedef names looked through; null when it has none.
    const ApiType* entry(clang::QualType type);
    ir::Index field(const clang::FieldDecl* field);
    /// What lies behind an object in the same block of memory, as an untyped field of its own: `(void *)(header + 1)`.
    ir::Index behind(const clang::RecordDecl* record);
    /// The hidden pointer to the virtual functions of a class, an untyped field of the class that introduces it; the first one where
    /// several bases have one. kNone: none, or one of a library's class.
    ir::Index virtualTable(const clang::CXXRecordDecl* record);
    /// USR; the record with its fields enters the module.
    const std::string& record(const clang::RecordDecl* record);
    /// Of the object that holds what an outlined region captures, and of a pointer to it.
    ir::Index closure(const clang::RecordDecl* record);
    ir::Index closurePointer(const clang::RecordDecl* record);
    /// Of a thread handle that the source does not name.
    ir::Index handle();
    /// The element of a container, the pointee of a pointer, reference or smart pointer; null type when there is none.
    clang::QualType element(clang::QualType type);
    /// May hold a pointer, so that copying it moves pointers.
    bool holdsPointers(clang::QualType type);
    /// Destroying an object of the type does something that matters to threads.
    bool destructionMatters(clang::QualType type);
    std::uint64_t size(clang::QualType type);
    ir::Index add(ir::Type type);

private:
    ir::Type describe(clang::QualType type);
    std::string spell(clang::QualType type);
    const ApiType* findEntry(clang::QualType type);
    bool computeHoldsPointers(clang::QualType type);
    bool computeDestructionMatters(clang::QualType type);
    const std::string& recordOf(clang::QualType type);
    /// A field that the source does not name.
    ir::Index hidden(const clang::RecordDecl* record, const char* name, llvm::DenseMap<const void*, ir::Index>& known);
    void addFields(const clang::RecordDecl* record, ir::Index index);
    void describeClass(const clang::CXXRecordDecl* record, ir::Record& described);

    Unit& unit_;
    llvm::DenseMap<void*, ir::Index> types_;
    llvm::DenseMap<void*, const ApiType*> entries_;
    llvm::DenseMap<void*, char> holdsPointers_, destructionMatters_;
    std::unordered_map<std::string, ir::Index> byText_;
    llvm::DenseMap<const void*, ir::Index> fields_, behind_, virtualTables_;
    llvm::DenseMap<const void*, ir::Index> records_;
};

/// Globals and function signatures, and which functions are still to be lowered.
class Declarations {
public:
    explicit Declarations(Unit& unit) : unit_(unit) {}
    ir::Index global(const clang::VarDecl* variable);
    /// A global that the source does not name, such as the lock behind `omp critical`.
    ir::Index hidden(const std::string& usr, const std::string& name, ir::TypeKind kind);
    /// Declared in a system header.
    bool isLibrary(ir::Index global) const { return library_.contains(global); }
    /// The signature part of a function: names, flags, contract, result; neither locals nor blocks.
    ir::Function signature(const clang::FunctionDecl* function);
    /// Notes that the function is called, so that its contract and overrides enter the module if its body does not.
    void mention(const clang::FunctionDecl* function);
    void addMentioned();

private:
    void addFormals(ir::Function& function, const clang::FunctionDecl* declared);

    Unit& unit_;
    llvm::DenseMap<const void*, ir::Index> globals_;
    llvm::DenseSet<ir::Index> library_;
    llvm::StringMap<ir::Index> hidden_;
    llvm::DenseMap<const void*, char> mentioned_;
    std::vector<const clang::FunctionDecl*> order_;
};

/// Library functions that are not only called by their names: `void* (*allocate)(size_t) = malloc`. Each gets a body that calls it,
/// so that what the API table says of it holds through pointers as well.
class StandIns {
public:
    explicit StandIns(Unit& unit) : unit_(unit) {}
    /// Of the stand-in; none for a function of which the table says nothing.
    std::optional<ir::Index> symbol(const clang::FunctionDecl* function);

private:
    std::string usrOf(const clang::FunctionDecl* function);
    void lower(const clang::FunctionDecl* function);
    clang::Stmt* callOf(const clang::FunctionDecl* function) const;

    Unit& unit_;
    llvm::DenseSet<const void*> known_;
};

/// Thread-safety attributes as facts.
std::vector<std::string> guardsOf(const clang::Decl* declaration);
ir::Contract contractOf(const clang::FunctionDecl* function);

class Unit {
public:
    Unit(clang::ASTContext& ast, clang::Sema* sema, const Options& options, const ApiTable& api);
    Unit(const Unit&) = delete;
    Unit& operator=(const Unit&) = delete;

    /// Lowers everything the unit defines.
    void run();
    void diagnose(ir::Range range, std::string message, bool lostFunction);
    /// Lambdas, local classes and outlined regions are found while lowering and are lowered later.
    void enqueue(const clang::FunctionDecl* function);
    /// As enqueue, for what only unread library code asks for: makes Clang define implicit members and instantiations.
    void require(const clang::FunctionDecl* function);
    void enqueueInitializer(const clang::VarDecl* variable);
    void enqueue(std::function<void()> outlined) { outlined_.push_back(std::move(outlined)); }
    void enqueueMembers(const clang::CXXRecordDecl* record);

    /// What the API table says of a function that is no method, or null.
    const ApiEntry* describedFunction(const clang::FunctionDecl* function, unsigned arguments);

    clang::ASTContext& ast;
    const Options& options;
    const ApiTable& api;
    ir::Module module;
    SourcePlaces places;
    Names names;
    Types types;
    Declarations declarations;
    StandIns standIns;

private:
    void define(const clang::FunctionDecl* function);
    void lower(const clang::FunctionDecl* function);
    ir::Function initializerSignature() const;
    void lowerInitializer(FunctionLowering& all, const clang::VarDecl* variable);
    void finishInitializers(FunctionLowering& all);
    /// Runs `body`; a crash inside loses only what it would have added.
    template <typename Body>
    bool guarded(ir::Range range, const std::string& what, Body body);

    clang::Sema* sema_;
    std::deque<const clang::FunctionDecl*> functions_;
    std::deque<std::function<void()>> outlined_;
    std::deque<const clang::VarDecl*> initializers_;
    llvm::DenseMap<const void*, char> seen_, defined_;
};

} // namespace deadheat::extract
