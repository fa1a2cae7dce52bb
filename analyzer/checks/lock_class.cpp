// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/lock_class.h"

#include <algorithm>

namespace deadheat::checks {

using link::ExprKind;

namespace {

/// A computed index is one value, that of a loop's variable in one round.
bool isComputed(const link::Expr& index) { return index.kind == ExprKind::result || index.kind == ExprKind::phi; }

} // namespace

bool namesOneLock(const link::WholeProgram& program, link::ExprId lock) {
    const link::ExprTable& exprs = *program.exprs;
    for (;;) {
        const link::Expr& e = exprs[lock];
        switch (e.kind) {
        case link::ExprKind::element:
            if (e.b == link::kAnyElement || !(isComputed(exprs[e.b]) || namesOneLock(program, e.b)))
                return false;
            break;
        case link::ExprKind::field:
        case link::ExprKind::load:
        case link::ExprKind::outer: break;
        case link::ExprKind::none:
        case link::ExprKind::result:
        case link::ExprKind::phi: return false;
        default: return true;
        }
        lock = e.a;
    }
}

namespace {

/// Chosen by a number that was computed, or computed before and kept.
bool hasComputedIndex(const link::ExprTable& exprs, link::ExprId lock) {
    auto isSome = [&](const link::Expr& index) { return isComputed(index) || index.kind == ExprKind::load; };
    for (; exprs[lock].kind == ExprKind::element || exprs[lock].kind == ExprKind::field; lock = exprs[lock].a)
        if (exprs[lock].kind == ExprKind::element && exprs[lock].b != link::kAnyElement && isSome(exprs[exprs[lock].b]))
            return true;
    return false;
}

} // namespace

bool isChosenElsewhere(const link::WholeProgram& program, link::FunctionId function, link::ExprId lock) {
    if (!hasComputedIndex(*program.exprs, lock))
        return false;
    auto isOther = [&](const auto& fact) {
        return fact.lock != lock && hasComputedIndex(*program.exprs, fact.lock) &&
               classOf(program, fact.lock) == classOf(program, lock);
    };
    const link::FunctionFacts& facts = program.facts[function];
    return std::ranges::any_of(facts.acquires, isOther) || std::ranges::any_of(facts.releases, isOther);
}

LockClass classOf(const link::WholeProgram& program, link::ExprId lock) {
    const link::ExprTable& exprs = *program.exprs;
    while (lock != link::kNoExpr) {
        const link::Expr& e = exprs[lock];
        switch (e.kind) {
        case ExprKind::field: return {LockClass::Kind::member, e.b};
        case ExprKind::global: return {LockClass::Kind::global, e.a};
        case ExprKind::local: return {LockClass::Kind::local, e.a, e.b};
        case ExprKind::parameter: return {LockClass::Kind::parameter};
        case ExprKind::element:
        case ExprKind::load: lock = e.a; break;
        case ExprKind::phi: lock = e.c; break;
        default: return {};
        }
    }
    return {};
}

bool maySame(const link::WholeProgram& program, link::ExprId a, link::FunctionId scopeA, link::ExprId b,
             link::FunctionId scopeB) {
    if (a == link::kNoExpr || b == link::kNoExpr)
        return false;
    if (a == b && (scopeA == scopeB || !program.exprs->mentionsParameter(a)))
        return true;
    LockClass classA = classOf(program, a), classB = classOf(program, b);
    if (classA.isKnown() && classA == classB)
        return true;
    const std::vector<link::LocationId> ofA = link::locationsOf(program, scopeA, a);
    const std::vector<link::LocationId>& ofB = link::locationsOf(program, scopeB, b);
    return std::ranges::any_of(ofA, [&](link::LocationId location) { return link::contains(ofB, location); });
}

EntryHold heldOnEntry(const link::WholeProgram& program, link::FunctionId function, link::ExprId lock) {
    EntryHold hold;
    const std::vector<link::ContextId>& contexts = program.contexts.ofFunction[function];
    hold.unknownCallers = contexts.empty() || contexts.size() >= link::kMaxContexts;
    hold.allHold = !contexts.empty();
    for (link::ContextId id : contexts) {
        const link::Context& context = program.contexts.all[id];
        bool outside = (context.root == link::kClientRoot && context.caller == link::kNoId) || context.fromPrivate;
        bool holds = std::ranges::any_of(context.locks, [&](const link::EntryLock& entry) {
            return maySame(program, entry.lock, entry.scope, lock, function);
        });
        hold.unknownCallers |=
            outside || context.folded || context.ofFolded; // what a folded one lacks, a caller of it may hold
        hold.someHold |= holds;
        hold.allHold &= holds;
        if (!holds && !outside)
            hold.without = std::min(hold.without, id);
    }
    return hold;
}

std::set<LockClass> recursiveLocks(const link::WholeProgram& program) {
    std::set<LockClass> classes;
    for (link::FunctionId f = 0; f < program.code.functions.size(); ++f)
        for (const ir::Block& block : program.function(f).blocks)
            for (const ir::Instr& instr : block.instrs) {
                if (instr.op != ir::Op::lockInit || !instr.flags.recursive)
                    continue;
                const ir::Place& place = instr.operands[0].place;
                auto field =
                    std::ranges::find(place.steps.rbegin(), place.steps.rend(), ir::StepKind::field, &ir::Step::kind);
                if (field != place.steps.rend())
                    classes.insert({LockClass::Kind::member, field->index});
                else if (place.root == ir::RootKind::global)
                    classes.insert({LockClass::Kind::global, place.index});
            }
    return classes;
}

bool isSemaphore(const link::WholeProgram& program, link::ExprId lock) {
    LockClass known = classOf(program, lock);
    ir::Index type = ir::kNone;
    if (known.kind == LockClass::Kind::member)
        type = program.code.fields[known.id].type;
    if (known.kind == LockClass::Kind::global)
        type = program.code.globals[known.id].type;
    if (known.kind == LockClass::Kind::local)
        type = program.function(known.id).locals[known.sub].type;
    return type != ir::kNone && program.code.types[type].kind == ir::TypeKind::semaphore;
}

bool startsThread(const link::WholeProgram& program, link::FunctionId function) {
    if (program.function(function).isMain)
        return true;
    const std::vector<link::ContextId>& contexts = program.contexts.ofFunction[function];
    return !contexts.empty() && std::ranges::all_of(contexts, [&](link::ContextId id) {
        const link::Context& context = program.contexts.all[id];
        bool isRoot = context.root != link::kClientRoot && context.root != link::kMainRoot;
        return isRoot && (context.caller == link::kNoId || program.contexts.all[context.caller].root != context.root);
    });
}

} // namespace deadheat::checks
