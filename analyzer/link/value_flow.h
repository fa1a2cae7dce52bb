// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns places and values of the IR into constraints.
#pragma once

#include "analyzer/link/inclusion_graph.h"

#include <map>

namespace deadheat::link {

class ValueFlow {
public:
    ValueFlow(const ir::Module& code, const TypeTable& types, const RecordTable& records, LocationTable& table, InclusionGraph& graph);

    /// The static type of a place, kNone where the program does not tell.
    TypeId typeOf(FunctionId function, const ir::Place& place) const;

    /// to = value. `type` is that of the target.
    void assign(NodeId to, TypeId type, FunctionId function, const ir::Value& value);
    /// place = value, place = what `from` holds.
    void store(FunctionId function, const ir::Place& place, const ir::Value& value);
    void store(FunctionId function, const ir::Place& place, NodeId from, TypeId source = ir::kNone);
    /// *pointer = what `from` holds.
    void storeThrough(FunctionId function, const ir::Value& pointer, NodeId from);
    /// A node that holds the value, and one that holds what the value points to.
    NodeId nodeOf(FunctionId function, const ir::Value& value);
    NodeId contentsOf(FunctionId function, const ir::Value& pointer);
    /// A node whose set is just `location`.
    NodeId pointerTo(LocationId location);

    LocationId functionLocation(ir::Index symbol);
    LocationId foreignLocation(RecordId record);
    /// The thread or bound callable made at `site`.
    LocationId siteLocation(ObjectKind kind, InstrRef site);
    /// A new heap object; its class is given where the type does not tell.
    LocationId heapLocation(InstrRef site, TypeId type, RecordId record);

private:
    /// A place without dereferences is the location `base`; otherwise `base` holds its addresses.
    struct Target {
        NodeId base;
        bool isStatic;
    };
    Target resolve(FunctionId function, const ir::Place& place);
    NodeId rootOf(FunctionId function, const ir::Place& place) const;
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
