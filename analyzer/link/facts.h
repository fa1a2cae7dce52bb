// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What simulating one function yields: facts for the whole-program stages and the checks, and a summary for its callers.
// Expressions are in the function's own vocabulary (see expr.h).
#pragma once

#include "analyzer/link/state.h"

#include <optional>
#include <vector>

namespace deadheat::link {

/// The synchronisation situation at an instruction, relative to the function's entry. Interned: many facts share one.
struct Point {
    std::vector<Held> held;
    std::vector<SpawnId> live, joined;
    std::vector<ExprId> posted, waited;
    SpawnId child = kNoId;           ///< runs in the child of this fork
    bool widened = false;
    bool operator==(const Point&) const = default;
};
using PointId = std::uint32_t;

struct AccessFact {
    InstrRef at;
    ExprId address = kNoExpr;
    PointId point = 0;
    bool write = false, read = false, atomic = false, isInit = false;
    bool owned = false;          ///< the object is this function's own and unpublished
    ir::MemoryOrder order = ir::MemoryOrder::notAtomic;
};

/// A synchronous call (or the call part of once, wait with predicate ...).
struct CallFact {
    InstrRef at;
    std::vector<FunctionId> targets;
    std::vector<ExprId> arguments;   ///< per local index of the callee: `this` first where it has one
    std::vector<ir::Index> owned;    ///< argument positions whose object is the caller's own and unpublished
    PointId point = 0;
    bool isOnce = false;             ///< runs under the once flag `onceFlag`
    ExprId onceFlag = kNoExpr;
};

/// A thread, process or task start.
struct SpawnFact {
    InstrRef at;
    SpawnId spawn = 0;
    std::vector<FunctionId> entries;
    std::vector<ExprId> arguments;   ///< for the entry, as in CallFact
    ExprId handle = kNoExpr;
    PointId point = 0;
    bool inLoop = false;
};

struct AcquireFact {
    InstrRef at;
    InstrRef via;                    ///< the call in this function through which it happens; empty when direct
    ExprId lock = kNoExpr;
    PointId point = 0;               ///< before the acquisition
    bool shared = false, isTry = false, recursive = false;
};

/// Something a check will judge; `lock` or `object` says on what.
enum class EventKind : std::uint8_t {
    doubleAcquire,      ///< surely held by this path, taken again
    releaseNotHeld,     ///< released on a path that does not hold it, though the function holds it on others or is balanced
    releaseTwice,       ///< the path released it before
    leakAtExit,         ///< still held where the function returns, while other paths have released it
    destroyWhileHeld,
    temporaryGuard,     ///< the guard dies at the end of its full expression
    localMutex,         ///< guard on a mutex that is a local of the function and not shared
    handleDestroyed,    ///< joinable handle destroyed
    handleOverwritten,  ///< joinable handle assigned over
    handleLost,         ///< handle of a pthread or process that nothing can join any more at exit
    handleTwice,        ///< joined or detached twice
    detachedUsesLocal,  ///< detached thread refers to a local of the function
    futureDropped,      ///< result of async not kept
    waitNotHeld,        ///< condition wait without the mutex
    waitHoldsOther,     ///< condition wait with a second lock held
    waitWithoutLoop,    ///< wait without predicate outside a loop
    notify,             ///< for lost-wakeup: condition and locks held
    wait,               ///< for lost-wakeup: condition and its mutex
    blocking,           ///< may block here
    unknownCallback,    ///< calls code that the user supplied
};

struct Event {
    EventKind kind = EventKind::blocking;
    InstrRef at;
    ExprId object = kNoExpr;
    ExprId lock = kNoExpr;
    InstrRef other;        ///< the earlier acquisition, the place where the handle was filled ...
    InstrRef otherVia;     ///< the call that brought it
    PointId point = 0;
    bool exceptional = false; ///< only on a path that leaves by an exception
};

/// What a value returned tells: needed for wrappers around try-lock and the like.
enum class Truth : std::uint8_t { unknown, zero, nonZero };

/// One way in which a function can return (or throw).
struct Outcome {
    std::vector<Held> held;
    std::vector<Guard> guards;
    std::vector<Handle> handles;
    std::vector<std::pair<ExprId, ExprId>> stores;
    std::vector<SpawnId> live, joined;
    std::vector<ExprId> published, posted, waited;
    ExprId returned = kNoExpr;
    Truth truth = Truth::unknown;
    bool throws = false;
    bool widened = false;
};

struct Summary {
    std::vector<Outcome> outcomes;      ///< empty: does not return
    std::vector<ExprId> mustHoldAtEntry;///< locks that the function releases before it takes them
    bool known = false;                 ///< false: not simulated (yet); callers treat the call as having no effect
    bool mayBlock = false;
};

struct FunctionFacts {
    std::vector<Point> points;
    std::vector<AccessFact> accesses;
    std::vector<CallFact> calls;
    std::vector<SpawnFact> spawns;
    std::vector<AcquireFact> acquires;
    std::vector<Event> events;
    Summary summary;
};

} // namespace deadheat::link
