// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Producers and consumers of a bounded buffer: each side waits for a semaphore that the other side posts when it is done (Dijkstra,
// Cooperating Sequential Processes, 1965).
#include "analyzer/link/accesses.h"
#include "analyzer/link/control_flow.h"

#include <algorithm>

namespace deadheat::link {

namespace {

/// Semaphores are compared as locks are for guards: as members of a class, or as globals.
bool isSemaphore(const WholeProgram& program, const ir::Value& value, ExprId semaphore) {
    const Expr& e = (*program.exprs)[semaphore];
    const ir::Place& place = value.place;
    if (e.kind == ExprKind::field)
        return !place.steps.empty() && place.steps.back().kind == ir::StepKind::field &&
               place.steps.back().index == e.b;
    return e.kind == ExprKind::global && place.root == ir::RootKind::global && place.index == e.a &&
           place.steps.empty();
}

/// Whether the function of `place` may post the semaphore after it, before it waits once more.
bool mayPostAfter(const WholeProgram& program, InstrRef place, InstrRef wait, ExprId semaphore) {
    const ir::Function& code = program.function(place.function);
    for (ir::Index block = 0; block < code.blocks.size(); ++block)
        for (ir::Index i = 0; i < code.blocks[block].instrs.size(); ++i) {
            const ir::Instr& instr = code.blocks[block].instrs[i];
            if (instr.op == ir::Op::semaphorePost && isSemaphore(program, instr.operands[0], semaphore) &&
                mayAvoid(code, place, {place.function, block, i}, {wait}))
                return true;
        }
    return false;
}

/// Where the function that has waited does the access, itself or by a call; empty when it has returned since.
InstrRef placeIn(const WholeProgram& program, const SharedAccess& access, FunctionId waiter) {
    constexpr int kMostCalls = 8;
    InstrRef place = access.place;
    ContextId context = access.context;
    for (int calls = 0; calls < kMostCalls; ++calls) {
        if (place.function == waiter)
            return place;
        place = program.contexts.all[context].callSite;
        context = program.contexts.all[context].caller;
        if (!place || context == kNoId)
            break;
    }
    return {};
}

bool hasWaited(const WholeProgram& program, const HeldLock& lock) {
    return lock.lock.where && program.instr(lock.lock.where).op == ir::Op::semaphoreWait;
}

/// Whether the function that has waited posts `semaphore` after the access; false when it has returned since.
bool handsOn(const WholeProgram& program, const SharedAccess& access, const HeldLock& waited, ExprId semaphore) {
    const InstrRef place = placeIn(program, access, waited.lock.where.function);
    return place && mayPostAfter(program, place, waited.lock.where, semaphore);
}

} // namespace

/// A semaphore that has been waited for excludes others only if it is given back afterwards: the free slots of a buffer let several
/// producers in. One of an array of semaphores may be a token that goes round.
bool AccessTable::excludes(const SharedAccess& access, const HeldLock& lock) const {
    if (!hasWaited(p_, lock) || !placeIn(p_, access, lock.lock.where.function))
        return true;
    return (*p_.exprs)[lock.lock.lock].kind == ExprKind::element || handsOn(p_, access, lock, lock.lock.lock);
}

/// How often each side may run on before it waits is a matter of counts, which are trusted. Who gives back what it has waited for uses
/// the semaphore as a lock. One that a function only waits for by calling another one is not followed.
bool AccessTable::takeTurns(const SharedAccess& a, const SharedAccess& b) const {
    for (const HeldLock& x : a.locks)
        for (const HeldLock& y : b.locks)
            if (hasWaited(p_, x) && hasWaited(p_, y) && handsOn(p_, a, x, y.lock.lock) &&
                handsOn(p_, b, y, x.lock.lock) && !handsOn(p_, a, x, x.lock.lock))
                return true;
    return false;
}

} // namespace deadheat::link
