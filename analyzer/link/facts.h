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
    std::vector<ExprId> acquired; ///< must: global locks taken since entry
    SpawnId child = kNoId;        ///< runs in the child of this fork
    std::vector<Fact> arguments;  ///< what the arguments must be to get here
    bool widened = false;
    bool operator==(const Point&) const = default;
};
using PointId = std::uint32_t;

struct AccessFact {
    InstrRef at;  ///< in a callee when `via` is set
    InstrRef via; ///< the call in this function through which it happens; empty when direct
    ExprId address = kNoExpr;
    PointId point = 0;
    bool write = false, read = false, atomic = false, isInit = false;
    bool owned = false;     ///< the object is this function's own and unpublished
    bool published = false; ///< others may have the object by now, even if it was private at entry
    bool ofLock = false; ///< to a lock, condition, semaphore or barrier: its init or end (a write), or its use (atomic)
    bool ofDescriptor = false; ///< not to the variable but to the file descriptor in it: closed (a write) or used
    ir::MemoryOrder order = ir::MemoryOrder::notAtomic;
};

/// A synchronous call (or the call part of once, wait with predicate ...).
struct CallFact {
    InstrRef at;
    std::vector<FunctionId> targets;
    std::vector<ExprId> arguments; ///< per local index of the callee: `this` first where it has one
    /// In the callee's vocabulary: pointers to objects that are the caller's own and unpublished, arguments and what those are known
    /// to point to.
    std::vector<ExprId> owned;
    std::vector<ir::Index> published; ///< argument positions whose object others may have by now
    PointId point = 0;
    bool areAccessesImported = false; ///< those of all targets are among this function's accesses
    bool isOnce = false;              ///< runs under the once flag `onceFlag`
    ExprId onceFlag = kNoExpr;
};

/// A thread, process or task start.
struct SpawnFact {
    InstrRef at;
    SpawnId spawn = 0;
    std::vector<FunctionId> entries;
    std::vector<ExprId> arguments; ///< for the entry, as in CallFact
    ExprId handle = kNoExpr;
    PointId point = 0;
    bool inLoop = false;
    std::vector<ExprId> refersTo; ///< addresses of locals, and `this`, that the started code is given
    /// In the entry's vocabulary: pointers to objects of which each thread started here has its own. A copy of a closure, what a
    /// loop has just made.
    std::vector<ExprId> ownObjects;
    /// The same for the object that holds the handle in its plain member `handleMember`: `thread_ = std::thread(&C::run, this)`.
    std::vector<ExprId> holders;
    ir::Index handleMember = ir::kNone;
};

struct AcquireFact {
    InstrRef at;
    InstrRef via; ///< the call in this function through which it happens; empty when direct
    ExprId lock = kNoExpr;
    PointId point = 0; ///< before the acquisition
    bool shared = false, isTry = false, recursive = false;
    std::vector<Fact> arguments; ///< what the arguments must be for this path
};

enum class ReleaseKind : std::uint8_t {
    own,     ///< taken by this function or a callee of it
    entry,   ///< not taken on this path: the caller's, if anyone's
    again,   ///< given back before on this path
    nothing, ///< of a guard that surely owns no lock
};

struct ReleaseFact {
    InstrRef at;     ///< in this function
    InstrRef inside; ///< the release itself when `at` is a call; empty when direct
    ExprId lock = kNoExpr;
    PointId point = 0; ///< before the release
    ReleaseKind kind = ReleaseKind::own;
    InstrRef earlier, earlierVia; ///< own: the acquisition; again: the release before this one
    bool afterFailedTry = false;  ///< this path tried to take it, in vain
    bool unlikely = false;        ///< only after an exception from a call that is not known to throw
    bool wrongMode = false;       ///< held in shared mode, released as exclusive, or the other way round
    std::vector<Fact> arguments;  ///< what the arguments must be for this path
};

/// A lock that is still held on some way out of the function.
struct KeptLock {
    ExprId lock = kNoExpr;
    InstrRef where, via; ///< the acquisition, as in Held
    InstrRef leaves;     ///< the last instruction on the way out; may be empty
    bool shared = false;
    bool takenTwice = false;        ///< and given back less often
    bool isLocal = false;           ///< part of a local variable, whose life ends here
    bool throws = false;            ///< by an exception from `leaves`
    bool surelyThrows = false;      ///< ... which is known to be thrown
    bool everywhere = false;        ///< held on all ways of returning
    bool releasedElsewhere = false; ///< another way of returning has given it back
    bool toldByValue = false;       ///< the value returned tells a caller whether it is held
    bool toldByState = false;       ///< memory that a caller can see, or an argument, decides whether it is held
    bool returnsFailure = false;    ///< held where the value returned means failure
    bool heldOnSuccess = false;     ///< also (or only) held where the value returned means success
};

/// The end of a lock's life, or of an object that may contain one.
struct DestroyFact {
    InstrRef at;
    ExprId object = kNoExpr;
    PointId point = 0;
    ExprId lock = kNoExpr; ///< a lock in it that this path holds, if any
    InstrRef taken, takenVia;
};

struct WaitFact {
    InstrRef at;
    ExprId condition = kNoExpr;
    ExprId lock = kNoExpr; ///< kNoExpr: a guard that came from elsewhere
    PointId point = 0;
    bool guardOwnsNothing = false; ///< the guard passed surely owns no lock
};

/// A thread that goes on after this function has returned, though it was given the address of what dies with it (or `this`).
struct OutlivingThread {
    InstrRef start;
    InstrRef detached;            ///< empty: the handle went elsewhere
    std::vector<ExprId> refersTo; ///< locals' addresses; the parameter `this`
};

/// Something a check will judge; `lock` or `object` says on what.
enum class EventKind : std::uint8_t {
    doubleAcquire,     ///< surely held by this path, taken again
    usedAfterEnd,      ///< taken or destroyed although this path has destroyed it
    handleDestroyed,   ///< joinable handle destroyed
    handleAwaited,     ///< a handle whose destructor waits is destroyed while joinable
    handleOverwritten, ///< joinable handle assigned over
    handleLost,        ///< handle of a pthread or process that nothing can join any more at exit
    handleTwice,       ///< joined or detached twice
    futureDropped,     ///< result of async not kept
    notify,            ///< of a condition
    blocking,          ///< may block here
    unknownCallback,   ///< calls code that the user supplied
};

struct Event {
    EventKind kind = EventKind::blocking;
    InstrRef at;
    ExprId object = kNoExpr;
    ExprId lock = kNoExpr;
    InstrRef other;    ///< the earlier acquisition, the place where the handle was filled ...
    InstrRef otherVia; ///< the call that brought it
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
    std::vector<LocationId> releasedAt;
    std::vector<ExprId> published, posted, waited;
    std::vector<Fact> facts; ///< what callers can see and what holds whenever it returns this way
    ExprId returned = kNoExpr;
    Truth truth = Truth::unknown;
    bool returnsOwn = false; ///< what is returned is null, or an object that nobody else can reach
    bool throws = false;
    bool surelyThrows = false; ///< by a throw, not by a call of which nothing is known
    bool widened = false;
};

struct Summary {
    std::vector<Outcome> outcomes; ///< empty: does not return
    bool known = false;            ///< false: not simulated (yet); callers treat the call as having no effect
};

struct FunctionFacts {
    std::vector<Point> points;
    std::vector<AccessFact> accesses;
    /// What callees access that are small and only access memory (getters, copies): per call, with what the caller knows of the
    /// arguments. A context of such a callee that came through such a call says nothing of its own.
    std::vector<AccessFact> importedAccesses;
    bool isLeaf = false; ///< small, and only accesses memory: callers import its accesses
    std::vector<CallFact> calls;
    std::vector<SpawnFact> spawns;
    std::vector<AcquireFact> acquires;
    std::vector<ReleaseFact> releases;
    std::vector<KeptLock> kept;
    std::vector<DestroyFact> destroys;
    std::vector<WaitFact> waits;
    std::vector<OutlivingThread> outliving;
    std::vector<Event> events;
    Summary summary;
};

} // namespace deadheat::link
