// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenMP directives. Clang's CFG runs straight through them, so before it is built each directive is replaced, for that time
// only, by marker statements around its body: the lowering meets the markers and does what the directive stands for.
//
//   parallel, task      a function of its own, started as threads that are joined at the end of the region (task: at the
//                       next taskwait or barrier)
//   critical            a global lock named after it; ordered, master and single likewise one of their own
//   sections            one lock for each section: a section runs once
//   for                 a lock for each iteration, so that what is indexed by the loop variable is not shared
//   barrier             a barrier of the region; implied after for, sections and single
//   atomic              its accesses are atomic
//   private, reduction  locals of the region; a reduction writes back atomically at its end
#pragma once

#include "analyzer/extract/function_lowering.h"

#include <map>

namespace clang {
class OMPExecutableDirective;
class OMPLoopDirective;
} // namespace clang

namespace deadheat::extract {

class OpenMp {
public:
    explicit OpenMp(FunctionLowering& f) : f_(f) {}

    /// Puts the markers into `body`; restore() takes them out again.
    void mark(clang::Stmt* body);
    void restore();
    /// Lowers a marker; false when the statement is none.
    bool lowerMarker(const clang::Stmt* statement);
    /// Code that must run before the statement, such as the end of an iteration before its increment.
    void before(const clang::Stmt* statement);
    /// The accesses being lowered belong to an atomic construct.
    bool isAtomic() const { return atomic_; }
    /// Starts as the body of `directive`, with `region` captured.
    bool lowerRegion(const clang::OMPExecutableDirective* directive, const clang::CapturedStmt* region);

private:
    enum class Part { whole, begin, end, iteration };
    struct Marker {
        const clang::OMPExecutableDirective* directive = nullptr;
        Part part = Part::whole;
    };
    struct Binding {
        const clang::ValueDecl* variable = nullptr;
        ir::Place outer, inner;
        bool reduces = false;
    };

    void markChildren(clang::Stmt* parent);
    clang::Stmt* replacement(clang::OMPExecutableDirective* directive);
    clang::Stmt* marker(const clang::OMPExecutableDirective* directive, Part part);
    clang::Stmt* surrounded(const clang::OMPExecutableDirective* directive, clang::Stmt* body);
    void markIterations(const clang::OMPLoopDirective* directive, clang::Stmt* loop);
    bool isOutlined(const clang::OMPExecutableDirective* directive) const;

    void start(const clang::OMPExecutableDirective* directive);
    void begin(const clang::OMPExecutableDirective* directive);
    void end(const clang::OMPExecutableDirective* directive);
    void whole(const clang::OMPExecutableDirective* directive);
    bool isDeclaredOutside(const clang::Expr* name) const;
    void bindPrivates(const clang::OMPExecutableDirective* directive);
    void bindPrivate(const clang::OMPExecutableDirective* directive, const clang::Expr* name, bool copies,
                     bool reduces);
    void unbindPrivates(const clang::OMPExecutableDirective* directive);
    void onLock(ir::Op op, const ir::Place& lock, const clang::Stmt* at);
    void barrier(const clang::Stmt* at);
    void joinTasks(const clang::Stmt* at);
    ir::Place lockOf(const clang::OMPExecutableDirective* directive);
    ir::Place iterationLock(const clang::OMPExecutableDirective* directive);
    ir::Place hidden(const std::string& name, ir::TypeKind kind, bool isProgramWide);
    ir::Place closure(const clang::CapturedStmt* region, ir::Range range);

    FunctionLowering& f_;
    std::vector<std::pair<clang::Stmt**, clang::Stmt*>> undo_;
    llvm::DenseMap<const clang::Stmt*, Marker> markers_;
    llvm::DenseMap<const clang::Stmt*, const clang::OMPExecutableDirective*> increments_; // of a loop's iterations
    std::map<const clang::OMPExecutableDirective*, std::vector<Binding>> bindings_;
    ir::Place tasks_;
    bool atomic_ = false;
    unsigned regions_ = 0;
};

} // namespace deadheat::extract
