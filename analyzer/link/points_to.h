// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inclusion-based (Andersen 1994), field-sensitive, flow- and context-insensitive points-to over the merged program, with
// the call graph resolved on the fly: function pointers, callable objects, virtual calls, thread entries and tasks.
// A location is an object or a part of one; a location can hold pointers (to locations).
#pragma once

#include "analyzer/link/ids.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace deadheat::link {

enum class ObjectKind : std::uint8_t {
    global,   ///< index: Module::globals
    local,    ///< index: function, sub: local
    heap,     ///< allocated at `site`
    function, ///< index: Module::symbols
    thread,   ///< the thread (process, task) started at `site`; held by the locations that hold its handle
    bound,    ///< callable made by a `bind` at `site`
    foreign,  ///< whatever unknown callers or libraries pass for a pointer to record `record`
    delivery, ///< where unknown callers keep what they are given of record `record`
};

struct Object {
    ObjectKind kind = ObjectKind::global;
    ir::Index index = ir::kNone, sub = ir::kNone;
    InstrRef site;
    std::string record;           ///< USR, foreign objects and deliveries only
    bool isProcessShared = false; ///< memory that parent and children of a fork have in common
};

/// A function whose address was given, at `call`, to a function that the program does not define.
struct UnknownCallback {
    FunctionId callback = kNoId;
    InstrRef call;
    auto operator<=>(const UnknownCallback&) const = default;
};

/// Who asks where a pointer leads to is told nothing beyond this: an item of any list of the program could be anything.
inline constexpr std::size_t kMostTargets = 512;

/// Keeps a reference to `code`. Asking for a part that nothing mentioned before may add locations, so that one object must not
/// be used from two threads at once; sets and spans handed out stay valid and never change.
class PointsTo {
public:
    explicit PointsTo(const ir::Module& code);
    ~PointsTo();
    PointsTo(PointsTo&&) noexcept;

    /// The locations that a place evaluated in `function` may denote; sorted. Empty: unknown, or through a pointer to more than `most`.
    /// A heap object is an array as far as one knows: behind a pointer to it is its element [0].
    std::vector<LocationId> locationsOf(FunctionId function, const ir::Place& place,
                                        std::size_t most = kMostTargets) const;
    /// What a pointer (callable, handle) stored at `location` may point to; sorted.
    std::span<const LocationId> pointees(LocationId location) const;
    /// Locations whose contents `location` holds as a whole, by a copy of a record or array. What they and their parts point to,
    /// its own parts do, even those that do not exist yet.
    std::span<const LocationId> copiedFrom(LocationId location) const;
    /// What a value may point to; sorted, and empty in the same cases.
    std::vector<LocationId> pointeesOf(FunctionId function, const ir::Value& value,
                                       std::size_t most = kMostTargets) const;

    /// `target->field`, `target[index]` and `target[*]` for a pointer that leads to `target`, or the part of a variable. What is
    /// meant may lie elsewhere in the object: indexing moves within the array around an element, and a field is looked for in the
    /// first member and in the record around. `field` is kNoId when the object is of a class without that field: then
    /// the pointer does not really lead here.
    /// What a pointer to `target` itself denotes: the first element of an array or allocation.
    LocationId firstElement(LocationId target) const;
    LocationId field(LocationId whole, ir::Index field) const;
    LocationId element(LocationId whole, std::int64_t index) const;
    LocationId anyElement(LocationId whole) const;
    /// The members that are known of a record here, and those of its members and elements; at most `most`.
    std::vector<LocationId> membersWithin(LocationId whole, std::size_t most) const;
    /// The enclosing location, kNoId for a whole object. `step` of the part (field, constant, element).
    LocationId parent(LocationId part) const;
    ir::Step step(LocationId part) const;
    /// The member of a record that `part` is, or is an element of; the whole object where there is none.
    LocationId member(LocationId part) const;
    ObjectId objectOf(LocationId location) const;
    std::size_t locationCount() const; ///< ids are 0 ... locationCount() - 1
    const Object& object(ObjectId object) const;
    LocationId wholeObject(ObjectId object) const;
    LocationId globalLocation(ir::Index global) const;
    LocationId localLocation(FunctionId function, ir::Index local) const;

    /// Every call-like instruction that may run the function; sorted.
    std::span<const InstrRef> callersOf(FunctionId function) const;
    /// Functions that unknown code may call, because it was given their address; sorted.
    std::span<const UnknownCallback> callbacksToUnknown() const;

    /// Functions that a call, callIndirect, spawn, submit, once, signalHandler, notify-predicate or bind instruction may
    /// run; sorted. Direct calls included. For a method of a callable record the receiver is operand 0 of the entry.
    std::span<const FunctionId> targets(InstrRef instr) const;

    /// For diagnostics and tests: "pool.queue_[*]", "heap@file:line" (also for its first element: it is all of a single object).
    std::string describe(LocationId location) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace deadheat::link
