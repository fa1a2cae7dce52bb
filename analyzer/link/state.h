// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of one function's simulation at one point, and how states meet. States that differ in what is held, owned or
// joinable stay apart (property simulation: Das, Lerner, Seigle, ESP, PLDI 2002); the rest is merged. Deviation: at most
// kMaxStates per block, then locks are intersected and the state is marked widened, so that no leak is claimed from it.
//
// All vectors are sorted by their first member, so that equality and merging are linear.
#pragma once

#include "analyzer/link/expr.h"

#include <utility>
#include <vector>

namespace deadheat::link {

inline constexpr std::size_t kMaxStates = 8;

/// A start of a thread, process or task: index into Program::spawns.
using SpawnId = std::uint32_t;

/// A lock and how often it is held more than at the function's entry. Negative: the caller's hold was given up.
struct Held {
    ExprId lock = kNoExpr;
    std::int16_t count = 0;
    bool shared = false;
    bool recursive = false;
    bool spin = false;   ///< made of an atomic variable rather than a lock object
    bool claim = false;  ///< a spin lock that nobody ever gives back: who sets it is alone behind it, but holds no lock
    bool untold = false; ///< given back on some ways through a callee and not on others, and nothing tells which
    InstrRef where;      ///< the acquisition (or release); in a callee when a summary brought it
    InstrRef via;        ///< the call in this function that brought it; empty when taken here
    bool operator==(const Held&) const = default;
};

/// An object that owns locks by RAII. `locks` is empty for a guard that was default-constructed or moved from.
struct Guard {
    ExprId guard = kNoExpr;
    std::vector<ExprId> locks;
    bool owns = false, shared = false;
    bool ended = false; ///< a caller's: it has been destroyed, with whatever it owned
    bool operator==(const Guard&) const = default;
};

enum class HandleStatus : std::uint8_t { joinable, released };

/// A thread, process or future handle that this function saw filled. `released`: joined, detached or moved away.
struct Handle {
    ExprId handle = kNoExpr;
    HandleStatus status = HandleStatus::joinable;
    ir::SpawnKind kind = ir::SpawnKind::none;
    InstrRef origin; ///< where it became joinable
    InstrRef releasedAt;
    LocationId location = kNoId; ///< where the handle lies, when that is one place
    bool detached = false;
    bool operator==(const Handle&) const = default;
};

/// `value compare other` is known on this path since block `block`.
struct Fact {
    ExprId value = kNoExpr;
    ir::Compare compare = ir::Compare::none;
    ExprId other = kNoExpr; ///< a number where one of the two is
    ir::Index block = 0;
    bool operator==(const Fact&) const = default;
};

/// A lock that this function had taken and gave back at `where`.
struct Released {
    ExprId lock = kNoExpr;
    InstrRef where;
    bool operator==(const Released&) const = default;
};

struct State {
    std::vector<std::pair<ExprId, ExprId>> memory; ///< address -> value
    std::vector<Held> held;
    std::vector<Guard> guards;
    std::vector<Handle> handles;
    std::vector<Fact> facts;
    std::vector<Released> released;     ///< may: locks that were taken and released again since entry
    std::vector<ExprId> failedTries;    ///< may: locks that a try failed to take
    std::vector<ExprId> observed;       ///< may: flags read atomically with acquire, or under a lock
    std::vector<SpawnId> live;          ///< may: started here or below, not joined
    std::vector<LocationId> releasedAt; ///< must: places whose handles have surely been joined or detached since entry
    std::vector<SpawnId> joined;        ///< must: surely joined since entry
    std::vector<ExprId> published;      ///< may: roots of objects whose address others may have
    std::vector<ExprId> taken;    ///< must: pointers to objects that nobody else reaches: found in memory that was then
                                  ///< made to lead elsewhere, or got from a callee that had taken or made them
    std::vector<ExprId> posted;   ///< may: synchronisation objects signalled since entry
    std::vector<ExprId> waited;   ///< must: synchronisation objects whose signal has surely been seen
    std::vector<ExprId> acquired; ///< must: global locks taken since entry, whether or not they are still held
    SpawnId child = ~SpawnId{0};  ///< the fork whose child process runs here
    InstrRef thrownAt;            ///< where the exception comes from, on a path that has seen one
    bool surelyThrows = false;    ///< ... and that instruction is known to throw, not merely not known not to
    bool widened = false;
    bool operator==(const State&) const = default;
};

/// Whether two states must be kept apart: they disagree on locks, guards or handles.
bool sameKey(const State& a, const State& b);

/// Whether they agree on what is held beyond the entry, whatever else they differ in.
bool holdSameLocks(const State& a, const State& b);

/// Merges `other` into `state` at `block`: differing memory becomes a phi, facts are intersected, may-sets united,
/// must-sets intersected. Returns whether `state` changed. Locks are intersected only when the keys differ (widening).
bool mergeInto(State& state, const State& other, FunctionId function, ir::Index block, ExprTable& exprs);

// Sorted-vector sets.
template <class T>
bool contains(const std::vector<T>& set, const T& value);
template <class T>
bool insert(std::vector<T>& set, const T& value);
template <class T>
void erase(std::vector<T>& set, const T& value);
template <class T>
bool unite(std::vector<T>& set, const std::vector<T>& other);
template <class T>
bool intersect(std::vector<T>& set, const std::vector<T>& other);

const Held* findHeld(const State& state, ExprId lock);
const Released* findReleased(const State& state, ExprId lock);
void noteReleased(State& state, ExprId lock, InstrRef where);
Held& heldEntry(State& state, ExprId lock);
Guard* findGuard(State& state, ExprId guard);
Guard& guardEntry(State& state, ExprId guard);
Handle* findHandle(State& state, ExprId handle);
Handle& handleEntry(State& state, ExprId handle);
/// The value stored at `address`, kNoExpr when nothing is known.
ExprId stored(const State& state, ExprId address);
void setStored(State& state, ExprId address, ExprId value);

} // namespace deadheat::link

#include "analyzer/link/sorted_set.inl"
