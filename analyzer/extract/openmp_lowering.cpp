// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/openmp_lowering.h"

#include "analyzer/extract/clang_compat.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/StmtOpenMP.h>
#include <clang/Basic/OpenMPKinds.h>

namespace deadheat::extract {
namespace {

using clang::OpenMPDirectiveKind;

bool startsTask(OpenMPDirectiveKind kind) {
    return kind == llvm::omp::OMPD_task || clang::isOpenMPTaskLoopDirective(kind);
}

bool isWorkshare(OpenMPDirectiveKind kind) {
    return clang::isOpenMPWorksharingDirective(kind) && kind != llvm::omp::OMPD_section;
}

bool hasNoWait(const clang::OMPExecutableDirective* directive) {
    return directive->hasClausesOfKind<clang::OMPNowaitClause>();
}

std::string nameOf(const clang::OMPExecutableDirective* directive) {
    const auto* critical = llvm::dyn_cast<clang::OMPCriticalDirective>(directive);
    return critical ? critical->getDirectiveName().getAsString() : std::string();
}

std::string nameOf(const clang::CapturedStmt::Capture& capture) {
    bool isVariable = capture.capturesVariable() || capture.capturesVariableByCopy();
    return isVariable ? capture.getCapturedVar()->getNameAsString() : "captured";
}

clang::Stmt* bodyOf(clang::OMPExecutableDirective* directive) {
    return directive->hasAssociatedStmt() ? directive->getRawStmt() : nullptr;
}

} // namespace

// ---- markers -------------------------------------------------------------------------------------------------------

bool OpenMp::isOutlined(const clang::OMPExecutableDirective* directive) const {
    OpenMPDirectiveKind kind = directive->getDirectiveKind();
    return directive->hasAssociatedStmt() && (clang::isOpenMPParallelDirective(kind) || startsTask(kind)) &&
           llvm::isa<clang::CapturedStmt>(directive->getAssociatedStmt());
}

clang::Stmt* OpenMp::marker(const clang::OMPExecutableDirective* directive, Part part) {
    auto* literal =
        clang::IntegerLiteral::Create(f_.unit.ast, llvm::APInt(32, 0), f_.unit.ast.IntTy, directive->getBeginLoc());
    markers_[literal] = {directive, part};
    return literal;
}

clang::Stmt* OpenMp::surrounded(const clang::OMPExecutableDirective* directive, clang::Stmt* body) {
    std::vector<clang::Stmt*> parts{marker(directive, Part::begin)};
    if (body)
        parts.push_back(body);
    parts.push_back(marker(directive, Part::end));
    return clang::CompoundStmt::Create(f_.unit.ast, parts, {}, directive->getBeginLoc(), directive->getEndLoc());
}

clang::Stmt* OpenMp::replacement(clang::OMPExecutableDirective* directive) {
    if (isOutlined(directive) || !directive->hasAssociatedStmt())
        return marker(directive, Part::whole);
    clang::Stmt* body = bodyOf(directive);
    if (const auto* loop = llvm::dyn_cast<clang::OMPLoopDirective>(directive);
        loop && clang::isOpenMPWorksharingDirective(directive->getDirectiveKind()))
        markIterations(loop, body);
    if (body)
        markChildren(body);
    return surrounded(directive, body);
}

/// The body of a worksharing loop begins with a marker, and its increment ends the iteration, also after `continue`.
void OpenMp::markIterations(const clang::OMPLoopDirective* directive, clang::Stmt* loop) {
    auto* counted = llvm::dyn_cast_or_null<clang::ForStmt>(loop);
    if (!counted || directive->counters().empty() || !counted->getInc())
        return;
    increments_[counted->getInc()->IgnoreParens()] = directive;
    for (clang::Stmt*& child : counted->children()) {
        if (child != counted->getBody())
            continue;
        undo_.emplace_back(&child, child);
        std::vector<clang::Stmt*> parts{marker(directive, Part::iteration), child};
        child = clang::CompoundStmt::Create(f_.unit.ast, parts, {}, child->getBeginLoc(), child->getEndLoc());
        return;
    }
}

void OpenMp::markChildren(clang::Stmt* parent) {
    if (llvm::isa<clang::LambdaExpr>(parent))
        return;
    for (clang::Stmt*& child : parent->children()) {
        if (!child)
            continue;
        if (auto* directive = llvm::dyn_cast<clang::OMPExecutableDirective>(child)) {
            undo_.emplace_back(&child, child);
            child = replacement(directive);
        } else {
            markChildren(child);
        }
    }
}

void OpenMp::mark(clang::Stmt* body) { markChildren(body); }

void OpenMp::restore() {
    for (auto change = undo_.rbegin(); change != undo_.rend(); ++change)
        *change->first = change->second;
    undo_.clear();
}

bool OpenMp::lowerMarker(const clang::Stmt* statement) {
    auto found = markers_.find(statement);
    if (found == markers_.end())
        return false;
    const clang::OMPExecutableDirective* directive = found->second.directive;
    switch (found->second.part) {
    case Part::whole: isOutlined(directive) ? start(directive) : whole(directive); break;
    case Part::begin: begin(directive); break;
    case Part::end: end(directive); break;
    case Part::iteration: onLock(ir::Op::acquire, iterationLock(directive), directive); break;
    }
    return true;
}

void OpenMp::before(const clang::Stmt* statement) {
    if (const clang::OMPExecutableDirective* loop = increments_.lookup(statement))
        onLock(ir::Op::release, iterationLock(loop), loop);
}

// ---- locks and barriers --------------------------------------------------------------------------------------------

ir::Place OpenMp::hidden(const std::string& name, ir::TypeKind kind, bool isProgramWide) {
    std::string usr = isProgramWide ? "omp:" + name : "omp:" + name + "|" + f_.ir.function().usr;
    return globalPlace(f_.unit.declarations.hidden(usr, "omp " + name, kind));
}

ir::Place OpenMp::lockOf(const clang::OMPExecutableDirective* directive) {
    switch (directive->getDirectiveKind()) {
    case llvm::omp::OMPD_critical: return hidden("critical " + nameOf(directive), ir::TypeKind::mutex, true);
    case llvm::omp::OMPD_master:
    case llvm::omp::OMPD_masked: return hidden("master", ir::TypeKind::recursiveMutex, true);
    case llvm::omp::OMPD_ordered:
    case llvm::omp::OMPD_single:
    case llvm::omp::OMPD_section: {
        ir::Range range = f_.unit.places.range(directive);
        std::string where = std::to_string(range.line) + ":" + std::to_string(range.column);
        return hidden(llvm::omp::getOpenMPDirectiveName(directive->getDirectiveKind()).str() + " " + where,
                      ir::TypeKind::mutex, false);
    }
    default: return {};
    }
}

ir::Place OpenMp::iterationLock(const clang::OMPExecutableDirective* directive) {
    const auto* loop = llvm::cast<clang::OMPLoopDirective>(directive);
    const auto* counter = llvm::dyn_cast<clang::DeclRefExpr>(loop->counters().front()->IgnoreParenImpCasts());
    ir::Range range = f_.unit.places.range(directive);
    ir::Place locks = hidden("iteration " + std::to_string(range.line), ir::TypeKind::array, false);
    ir::Place index = counter ? f_.variables.place(counter->getDecl()) : ir::Place{};
    bool isLocal = index.root == ir::RootKind::local && index.steps.empty();
    return isLocal ? withStep(locks, ir::StepKind::variable, index.index) : withElement(locks);
}

void OpenMp::onLock(ir::Op op, const ir::Place& lock, const clang::Stmt* at) {
    if (!lock)
        return;
    ir::Instr instr;
    instr.op = op;
    instr.flags.implicit = true;
    instr.operands.push_back(addressOf(lock));
    instr.range = f_.unit.places.range(clang::SourceRange(at->getBeginLoc()));
    f_.ir.emit(std::move(instr));
}

void OpenMp::barrier(const clang::Stmt* at) {
    joinTasks(at);
    onLock(ir::Op::barrierWait, hidden("barrier", ir::TypeKind::barrier, false), at);
}

void OpenMp::joinTasks(const clang::Stmt* at) {
    if (tasks_)
        onLock(ir::Op::join, tasks_, at);
}

// ---- constructs inside a region ------------------------------------------------------------------------------------

void OpenMp::whole(const clang::OMPExecutableDirective* directive) {
    switch (directive->getDirectiveKind()) {
    case llvm::omp::OMPD_barrier: return barrier(directive);
    case llvm::omp::OMPD_taskwait: return joinTasks(directive);
    case llvm::omp::OMPD_flush: {
        ir::Instr fence;
        fence.op = ir::Op::atomicFence;
        fence.order = ir::MemoryOrder::seqCst;
        fence.range = f_.unit.places.range(clang::SourceRange(directive->getBeginLoc()));
        f_.ir.emit(std::move(fence));
        return;
    }
    default: return;
    }
}

void OpenMp::begin(const clang::OMPExecutableDirective* directive) {
    onLock(ir::Op::acquire, lockOf(directive), directive);
    if (directive->getDirectiveKind() == llvm::omp::OMPD_atomic)
        atomic_ = true;
    bindPrivates(directive);
}

void OpenMp::end(const clang::OMPExecutableDirective* directive) {
    OpenMPDirectiveKind kind = directive->getDirectiveKind();
    unbindPrivates(directive);
    if (kind == llvm::omp::OMPD_atomic)
        atomic_ = false;
    onLock(ir::Op::release, lockOf(directive), directive);
    if (kind == llvm::omp::OMPD_taskgroup)
        joinTasks(directive);
    if (isWorkshare(kind) && !hasNoWait(directive))
        barrier(directive);
}

void OpenMp::bindPrivate(const clang::OMPExecutableDirective* directive, const clang::Expr* name, bool copies,
                         bool reduces) {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(name->IgnoreParenImpCasts());
    const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    if (!variable)
        return;
    ir::Range range = f_.unit.places.name(variable);
    ir::Index type = f_.unit.types.type(variable->getType().getNonReferenceType());
    ir::Place inner =
        localPlace(f_.ir.addLocal({variable->getNameAsString(), type, ir::LocalKind::variable, range, false}));
    ir::Place outer = f_.variables.place(variable);
    if (copies && outer) {
        f_.accesses.read(outer, variable->getType().getNonReferenceType(), name);
        f_.ir.copy(inner, loadOf(outer), range);
    }
    bindings_[directive].push_back({variable, outer, inner, reduces});
    f_.variables.bind(variable, inner);
}

bool OpenMp::isDeclaredOutside(const clang::Expr* name) const {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(name->IgnoreParenImpCasts());
    const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    return variable && (variable->hasGlobalStorage() || f_.variables.isDeclared(variable));
}

void OpenMp::bindPrivates(const clang::OMPExecutableDirective* directive) {
    for (const auto* clause : directive->getClausesOfKind<clang::OMPPrivateClause>())
        for (const clang::Expr* name : compat::variablesOf(clause))
            bindPrivate(directive, name, false, false);
    for (const auto* clause : directive->getClausesOfKind<clang::OMPFirstprivateClause>())
        for (const clang::Expr* name : compat::variablesOf(clause))
            bindPrivate(directive, name, true, false);
    for (const auto* clause : directive->getClausesOfKind<clang::OMPLastprivateClause>())
        for (const clang::Expr* name : compat::variablesOf(clause))
            bindPrivate(directive, name, false, true);
    for (const auto* clause : directive->getClausesOfKind<clang::OMPReductionClause>())
        for (const clang::Expr* name : compat::variablesOf(clause))
            bindPrivate(directive, name, false, true);
    if (const auto* loop = llvm::dyn_cast<clang::OMPLoopDirective>(directive))
        for (const clang::Expr* counter : loop->counters())
            if (isDeclaredOutside(counter))
                bindPrivate(directive, counter, false, false);
}

void OpenMp::unbindPrivates(const clang::OMPExecutableDirective* directive) {
    auto bound = bindings_.find(directive);
    if (bound == bindings_.end())
        return;
    for (auto binding = bound->second.rbegin(); binding != bound->second.rend(); ++binding) {
        if (binding->reduces && binding->outer) {
            ir::Instr combine;
            combine.op = ir::Op::readWrite;
            combine.order = ir::MemoryOrder::acqRel;
            combine.flags.implicit = true;
            combine.operands.push_back(addressOf(binding->outer));
            combine.range = f_.unit.places.range(clang::SourceRange(directive->getBeginLoc()));
            f_.ir.emit(std::move(combine));
        }
        f_.variables.bind(binding->variable, binding->outer);
    }
    bindings_.erase(bound);
}

// ---- regions of their own ------------------------------------------------------------------------------------------

ir::Place OpenMp::closure(const clang::CapturedStmt* region, ir::Range range) {
    const clang::RecordDecl* record = region->getCapturedRecordDecl();
    f_.unit.types.record(record);
    ir::Place object = localPlace(f_.ir.temporary(f_.unit.types.closure(record), range));
    auto field = record->field_begin();
    for (const clang::CapturedStmt::Capture& capture : region->captures()) {
        ir::Index index = f_.unit.types.field(*field++);
        ir::Place part = withField(object, index);
        f_.unit.module.fields[index].name = capture.capturesThis() ? "this" : nameOf(capture);
        if (capture.capturesThis()) {
            f_.ir.copy(part, f_.variables.thisValue(), range);
        } else if (capture.capturesVariable()) {
            f_.ir.copy(part, addressOf(f_.variables.place(capture.getCapturedVar())), range);
        } else if (capture.capturesVariableByCopy()) {
            ir::Place source = f_.variables.place(capture.getCapturedVar());
            f_.ir.copy(part, loadOf(source), range);
        }
    }
    return object;
}

void OpenMp::start(const clang::OMPExecutableDirective* directive) {
    const clang::CapturedStmt* region = directive->getInnermostCapturedStmt();
    ir::Range range = f_.unit.places.range(clang::SourceRange(directive->getBeginLoc()));
    ir::Function signature;
    signature.usr = f_.ir.function().usr + "@omp" + std::to_string(regions_++);
    signature.name = f_.ir.function().name + "::(omp " +
                     llvm::omp::getOpenMPDirectiveName(directive->getDirectiveKind()).str() + ")";
    signature.range = range;
    signature.isInternal = signature.isImplicit = true;
    signature.isNoThrow = true;
    ir::Instr spawn;
    spawn.op = ir::Op::spawn;
    spawn.spawn = ir::SpawnKind::openmp;
    spawn.range = range;
    bool isTask = startsTask(directive->getDirectiveKind());
    if (isTask && !tasks_)
        tasks_ = localPlace(f_.ir.temporary(f_.unit.types.handle(), range));
    ir::Place handle = isTask ? tasks_ : localPlace(f_.ir.temporary(f_.unit.types.handle(), range));
    spawn.operands = {addressOf(handle), functionValue(f_.unit.names.symbol(signature.usr)),
                      addressOf(closure(region, range))};
    f_.ir.emit(std::move(spawn));
    if (!isTask)
        onLock(ir::Op::join, handle, directive);
    Unit& unit = f_.unit;
    unit.enqueue([&unit, signature, directive, region] {
        FunctionLowering outlined(unit, signature);
        if (outlined.openmp->lowerRegion(directive, region))
            unit.module.functions.push_back(outlined.finish());
    });
}

bool OpenMp::lowerRegion(const clang::OMPExecutableDirective* directive, const clang::CapturedStmt* region) {
    const clang::RecordDecl* record = region->getCapturedRecordDecl();
    ir::Index argument =
        f_.ir.addLocal({"captured", f_.unit.types.closurePointer(record), ir::LocalKind::parameter, {}, false});
    f_.ir.function().parameters = 1;
    f_.variables.bindRegionCaptures(region, dereferenced(localPlace(argument)));
    auto* body = const_cast<clang::Stmt*>(region->getCapturedStmt());
    body = clang::CompoundStmt::Create(f_.unit.ast, {body}, {}, body->getBeginLoc(), body->getEndLoc());
    if (const auto* loop = llvm::dyn_cast<clang::OMPLoopDirective>(directive);
        loop && clang::isOpenMPWorksharingDirective(directive->getDirectiveKind()))
        markIterations(loop, *body->child_begin());
    bindPrivates(directive);
    bool built = f_.flow.lower(region->getCapturedDecl(), body);
    // What the region's end does belongs to its exit.
    ir::Index exit = f_.ir.function().exitBlock, last = f_.ir.newBlock();
    f_.ir.setBlock(exit);
    joinTasks(directive);
    unbindPrivates(directive);
    f_.ir.jump(last);
    f_.ir.function().exitBlock = last;
    return built;
}

} // namespace deadheat::extract
