// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks by what names them in the source, and what callers hold. For questions where "the same member of some object of that
// type" is close enough.
#pragma once

#include "analyzer/checks/check.h"

#include <set>

namespace deadheat::checks {

/// A member of a class, a global, a local; or nothing better than "what the caller passed".
struct LockClass {
    enum class Kind : std::uint8_t { unknown, parameter, member, global, local };
    Kind kind = Kind::unknown;
    std::uint32_t id = 0;  ///< field, global, function
    std::uint32_t sub = 0; ///< local
    auto operator<=>(const LockClass&) const = default;
    bool isKnown() const { return kind > Kind::parameter; }
};

LockClass classOf(const link::WholeProgram& program, link::ExprId lock);

/// Whether the expression means one and the same lock wherever it stands in its function: no element of unknown index, nothing
/// that a call returned or that differs from path to path.
bool namesOneLock(const link::WholeProgram& program, link::ExprId lock);
/// Whether the lock is one of an array, chosen by a number that the function has computed, and the function chooses others by other
/// numbers: which of them is which is not known.
bool isChosenElsewhere(const link::WholeProgram& program, link::FunctionId function, link::ExprId lock);

/// Whether `a`, named in `scopeA`, may be the lock (condition, object) `b` named in `scopeB`.
bool maySame(const link::WholeProgram& program, link::ExprId a, link::FunctionId scopeA, link::ExprId b,
             link::FunctionId scopeB);

/// Who calls a function without holding a lock.
struct EntryHold {
    bool allHold = false; ///< there are known callers, and all of them hold it
    bool someHold = false;
    link::ContextId without = link::kNoId; ///< a known caller, or a thread's start, that does not hold it
    bool unknownCallers = false;           ///< may be called from outside the program
};
EntryHold heldOnEntry(const link::WholeProgram& program, link::FunctionId function, link::ExprId lock);

/// Locks that are somewhere made recursive: the thread that holds one may take it again.
std::set<LockClass> recursiveLocks(const link::WholeProgram& program);

/// A semaphore used like a lock is no lock where it matters who holds it.
bool isSemaphore(const link::WholeProgram& program, link::ExprId lock);

/// Nobody can have taken a lock before the function runs: main and what threads start with.
bool startsThread(const link::WholeProgram& program, link::FunctionId function);

} // namespace deadheat::checks
