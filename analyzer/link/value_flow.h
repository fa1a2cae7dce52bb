// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns places and values of the IR into constraints.
#pragma once

#include "analyzer/link/inclusion_graph.h"

#include <map>

namespace deadheat::link {

class ValueFlow {
public:
    ValueFlow(const ir::Module& code, const TypeTable& types, const RecordTable& records, LocationTable& table,
              InclusionGraph& graph);

    /// What a place's pointer of type `pointer` must be cast to before `next` can be taken: the record of a field behind void*.
    RecordId impliedCast(TypeId pointer, const ir::Step* next) const;
    /// What one step from a value of the type leads to. `isDereferenced`: the step before was a dereference.
    TypeId typeBehind(TypeId type, const ir::Step& step, bool isDereferenced) const;
    /// The static type of a place, kNone where the program does not tell.
    TypeId typeOf(FunctionId function, const ir::Place& place) const;

    /// to = value. `type` is that of the target.
    void assign(NodeId to, TypeId type, FunctionId function, const ir::Value& value);
    /// place = value, place = what `from` holds.
    void store(FunctionId function, const ir::Place& place, const ir::Value& value);
    void store(FunctionId function, const ir::Place& place, NodeId from, TypeId source = ir::kNone);
    /// *pointer = what `from` holds.
    void storeThrough(FunctionId function, const ir::Value& pointer, NodeId from);
    /// to = (type of to) from.
    void cast(NodeId from, NodeId to, TypeId type);
    /// A node that holds the value, and one that holds what the value points to.
    NodeId nodeOf(FunctionId function, const ir::Value& value);
    NodeId contentsOf(FunctionId function, const ir::Value& pointer);
    /// A node whose set is just `location`.
    NodeId pointerTo(LocationId location);

    LocationId functionLocation(ir::Index symbol);
    /// The foreign object of a class; kNoId: of none that is known, which only casts turn into objects.
    LocationId foreignLocation(RecordId record);
    /// The thread or bound callable made at `site`.
    LocationId siteLocation(ObjectKind kind, InstrRef site);
    LocationId newHeapObject(InstrRef site, TypeId type, bool isProcessShared);

private:
    /// A place without dereferences is the location `base`; otherwise `base` holds its addresses.
    struct Target {
        NodeId base;
        bool isStatic;
    };
    Target resolve(FunctionId function, const ir::Place& place);
    TypeId rootType(FunctionId function, const ir::Place& place) const;
    NodeId rootOf(FunctionId function, const ir::Place& place) const;
    bool mayPoint(TypeId type, const ir::Place& place) const;
    bool passesByAddress(TypeId type, FunctionId function, const ir::Value& value) const;

    RecordId castBetween(TypeId source, TypeId target) const;
    void copy(NodeId from, TypeId source, NodeId to, TypeId type);

    const ir::Module& code_;
    const TypeTable& types_;
    const RecordTable& records_;
    LocationTable& table_;
    InclusionGraph& graph_;
    KeyMap pointers_, functions_;
    KeyMap foreign_;
    std::map<std::pair<ObjectKind, InstrRef>, LocationId> sites_;
};

} // namespace deadheat::link
