// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who runs a function, and in which situation: the thread roots, and for each root the contexts in which it reaches a
// function: locks held on entry, objects that are still private to the caller, threads that may be alive.
//
// Contexts are computed top-down from the roots over the call facts of simulation. A caller's lock is renamed into the
// callee's vocabulary where an argument allows it (`conn->lock` becomes `c->lock`); otherwise it is kept as foreign, for the
// lock graph. At most kMaxContexts per function and root; beyond, locks are intersected.
#pragma once

#include "analyzer/link/facts.h"
#include "analyzer/link/points_to.h"
#include "analyzer/link/set_table.h"

#include <deque>
#include <memory>
#include <vector>

namespace deadheat::link {

using RootId = std::uint32_t;
using ContextId = std::uint32_t;

enum class RootKind : std::uint8_t {
    main,    ///< the function main, and initialisers that run before it
    client,  ///< entry points of code without a main: one unknown caller at a time
    thread,  ///< started by a spawn site; also tasks, timers, OpenMP regions
    process, ///< the child of a fork
    signal,  ///< a signal handler
};

struct Root {
    RootKind kind = RootKind::client;
    FunctionId entry = kNoId;    ///< kNoId for main, client and process
    std::vector<SpawnId> sites;  ///< where it is started
    std::vector<RootId> parents; ///< who runs those sites
};

/// A lock held on entry. `scope`: the function in whose vocabulary `lock` is written; the context's own function when it
/// could be renamed (or is absolute), a caller otherwise.
struct EntryLock {
    ExprId lock = kNoExpr;
    FunctionId scope = kNoId;
    bool shared = false;
    bool claim = false; ///< see Held
    InstrRef where;
    bool operator==(const EntryLock&) const = default;
};

/// A global lock that a thread of `root` has taken, and perhaps given back since.
struct Acquisition {
    ExprId lock = kNoExpr;
    RootId root = 0;
    auto operator<=>(const Acquisition&) const = default;
};

/// Added to the location of a counter in `posted`: this thread has counted there; in `waited`: it has been seen counted to its end.
inline constexpr LocationId kCountedDown = 1u << 31, kCountedUp = 1u << 30;

struct Context {
    FunctionId function = kNoId;
    RootId root = 0;
    std::vector<EntryLock> locks; ///< sorted by lock and scope
    std::vector<ExprId> owned;    ///< pointers to objects that nobody else can reach yet
    std::vector<Fact> constants;  ///< arguments that are known numbers, as `parameter == number`
    std::vector<ir::Index> dying; ///< parameters whose object is being destroyed, with all that it alone leads to
    std::vector<ExprId> distinct; ///< pointers to objects that differ from one thread of the root to the next
    std::vector<std::vector<LocationId>>
        targets;                ///< by parameter: where it points to; empty or missing: not known better than
                                ///< for all contexts
    SetId live = kEmptySet;     ///< starts whose threads may be running
    SetId posted = kEmptySet;   ///< locations that may have been signalled
    SetId waited = kEmptySet;   ///< locations surely seen signalled
    SetId making = kEmptySet;   ///< classes with locks for whose constructor or destructor, further up, this is done
    SetId acquired = kEmptySet; ///< must: since the program began, by this thread or by those that led to its start
    bool isImported = false;    ///< came through calls whose accesses the callers have imported
    bool folded =
        false; ///< stands for callers that hold different locks, none of them just these: what is missing says
               ///< nothing
    bool ofFolded = false; ///< all callers are folded ones, or called by such
    bool fromPrivate =
        false; ///< a private method, or one that requires a lock, of which no caller is known: somebody calls it, with locks perhaps
    FunctionId task = kNoId;  ///< what a worker took out of a collection and runs here
    ContextId caller = kNoId; ///< the first caller found, for call paths
    InstrRef callSite;
};

struct WholeProgram; // program.h

/// What the contexts share.
struct ContextSets {
    SetTable<std::uint32_t> ids; ///< SpawnId, LocationId, records
    SetTable<Acquisition> acquisitions;
};

/// All contexts, grouped by function.
struct Contexts {
    std::unique_ptr<ContextSets> sets = std::make_unique<ContextSets>();
    std::vector<Root> roots;
    std::deque<Context> all; ///< a million of them do not move
    std::vector<std::vector<ContextId>> ofFunction;
    std::vector<std::vector<RootId>> rootsOfSpawn; ///< by SpawnId: one per possible entry function; never empty
    std::vector<std::vector<SpawnId>> liveAtSpawn; ///< by SpawnId: threads that may be running when it starts
    std::vector<SpawnId> outliveClient;            ///< started by an entry point and left running at its return
};

inline constexpr RootId kMainRoot = 0;
inline constexpr RootId kClientRoot = 1;
inline constexpr std::size_t kMaxContexts = 16;
inline constexpr std::size_t kMaxContextsOfFunction = 128; ///< with more, one for each root
inline constexpr std::size_t kManyContexts = 100'000; ///< in the program; with more, one for each function and root

/// Locks held at `point` when the function runs in `context`: entry locks not released plus those taken since.
std::vector<EntryLock> locksAt(const Context& context, const Point& point);
/// The same with claims: what keeps others away.
std::vector<EntryLock> exclusionsAt(const Context& context, const Point& point);
/// The root that runs `point` in `context`: the context's, or the child process forked on the way.
RootId rootAtPoint(const Contexts& contexts, const Context& context, const Point& point);
/// The object that an address belongs to: without members and elements, and what a unique_ptr member owns is a part of its owner.
ExprId ownerOf(const WholeProgram& program, ExprId address);
/// Whether what `address` starts from is being destroyed: a parameter of that kind, or what a destructor has found in its object.
bool isDying(const WholeProgram& program, const Context& context, ExprId address);
/// Whether the arguments of the context allow getting to `point`.
bool isFeasible(const ExprTable& exprs, const Context& context, const Point& point);
/// Threads that may be running at `point` in `context`: a set of `contexts.sets->ids`.
SetId liveAt(const Contexts& contexts, const Context& context, const Point& point);
/// Global locks that have surely been taken before `point` in `context`: a set of `contexts.sets->acquisitions`.
SetId acquiredAt(const Contexts& contexts, const Context& context, const Point& point);

} // namespace deadheat::link
