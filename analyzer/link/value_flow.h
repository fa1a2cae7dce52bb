// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns places and values of the IR into constraints.
#pragma once

#include "analyzer/link/inclusion_graph.h"

#include <map>

namespace deadheat::link {

class ValueFlow {
public:
    ValueFlow(const ir::Module& code, LocationTable& table, InclusionGraph& graph);

    /// The static type of a place where the IR tells, else null.
    const ir::Type* typeOf(FunctionId function, const ir::Place& place) const;
    const ir::Type* typeOf(ir::Index type) const { return type == ir::kNone ? nullptr : &code_.types[type]; }

    /// to = value. `type` is that of the target, null when unknown.
    void assign(NodeId to, const ir::Type* type, FunctionId function, const ir::Value& value);
    /// place = value, place = what `from` holds.
    void store(FunctionId function, const ir::Place& place, const ir::Value& value);
    void store(FunctionId function, const ir::Place& place, NodeId from);
    /// *pointer = what `from` holds.
    void storeThrough(FunctionId function, const ir::Value& pointer, NodeId from);
    /// A node that holds the value, and one that holds what the value points to.
    NodeId nodeOf(FunctionId function, const ir::Value& value);
    NodeId contentsOf(FunctionId function, const ir::Value& pointer);
    /// A node whose set is just `location`.
    NodeId pointerTo(LocationId location);

    LocationId functionLocation(ir::Index symbol);
    LocationId foreignLocation(const std::string& record);
    LocationId siteLocation(ObjectKind kind, InstrRef site, ir::Index type);

    static bool isPointer(const ir::Type* type);
    /// Whether a value of the type may have parts.
    static bool isWhole(const ir::Type* type);

private:
    /// A place without dereferences is the location `base`; otherwise `base` holds its addresses.
    struct Target {
        NodeId base;
        bool isStatic;
    };
    Target resolve(FunctionId function, const ir::Place& place);
    NodeId rootOf(FunctionId function, const ir::Place& place) const;
    bool passesByAddress(const ir::Type* type, FunctionId function, const ir::Value& value) const;

    const ir::Module& code_;
    LocationTable& table_;
    InclusionGraph& graph_;
    KeyMap pointers_, functions_;
    std::map<std::string, LocationId> foreign_;
    std::map<std::pair<ObjectKind, InstrRef>, LocationId> sites_;
};

} // namespace deadheat::link
