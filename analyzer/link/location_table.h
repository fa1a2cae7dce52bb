// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects and the tree of their parts. Every part is a node; a node can hold pointers (inclusion_graph.h). Temporaries of
// the analysis are nodes without an object: no pointer ever leads to them.
//
// Numbering: objects and nodes 0 .. globals-1 are the globals, then come all locals function by function, then the rest in
// order of discovery.
#pragma once

#include "analyzer/link/hash_index.h"
#include "analyzer/link/points_to.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace deadheat::link {

using NodeId = std::uint32_t; ///< a LocationId when the node belongs to an object

/// Constant indices below this are kept apart; the others are "any element".
inline constexpr ir::Index kMaxConstantIndex = 64;
/// Steps of a path; deeper parts collapse onto the last one kept, so that recursive types end.
inline constexpr unsigned kMaxPathDepth = 8;

/// `variable` and large constants become `element`.
ir::Step canonicalStep(ir::Step step);

class LocationTable {
public:
    explicit LocationTable(const ir::Module& code);

    NodeId globalNode(ir::Index global) const { return global; }
    NodeId localNode(FunctionId function, ir::Index local) const { return firstLocal_[function] + local; }

    /// The object's whole location.
    NodeId addObject(Object object, ir::Index type);
    NodeId addTemporary() { return addNode({}); }

    /// What `step` leads to from `whole`: the node when it exists or when the part collapses onto another node, else nothing
    /// and addPart creates it.
    std::optional<NodeId> findPart(NodeId whole, ir::Step step) const;
    NodeId addPart(NodeId whole, ir::Step step);
    /// Where the first step after a dereference of a pointer to `target` starts, and what is left of it. A pointer to an
    /// element indexes the array around it; a pointer to an array may point to any of its elements; [0] of a single object is
    /// the object itself.
    struct Start {
        NodeId base;
        std::optional<ir::Step> step;
    };
    Start indexFrom(NodeId target, ir::Step step) const;
    bool isArray(NodeId node) const;

    NodeId parent(NodeId node) const { return nodes_[node].parent; }
    ir::Step step(NodeId node) const { return {nodes_[node].kind, nodes_[node].index}; }
    NodeId firstChild(NodeId node) const { return nodes_[node].firstChild; }
    NodeId nextSibling(NodeId node) const { return nodes_[node].nextSibling; }
    ObjectId objectOf(NodeId node) const { return nodes_[node].object; }
    const Object& object(ObjectId object) const { return objects_[object]; }
    NodeId wholeObject(ObjectId object) const { return wholes_[object]; }
    bool isElement(NodeId node) const { return nodes_[node].parent != kNoId && nodes_[node].kind != ir::StepKind::field; }
    /// Whether a pointer to `node` points to memory (not to a function, a thread or a bound callable).
    bool isMemory(NodeId node) const {
        const ObjectKind kind = objects_[nodes_[node].object].kind;
        return kind != ObjectKind::function && kind != ObjectKind::thread && kind != ObjectKind::bound;
    }
    bool hasAnyElement(NodeId node) const { return nodes_[node].hasAnyElement; }

    /// The declared type; null for elements, temporaries and foreign objects.
    const ir::Type* typeOf(NodeId node) const;
    /// USR of the record that an object here is an instance of; empty: unknown or none.
    std::string_view recordOf(NodeId node) const;
    std::size_t size() const { return nodes_.size(); }
    std::size_t objectCount() const { return objects_.size(); }

private:
    struct Node {
        ObjectId object = kNoId;
        NodeId parent = kNoId;
        NodeId firstChild = kNoId, nextSibling = kNoId;
        ir::Index index = 0;
        ir::StepKind kind = ir::StepKind::deref;
        std::uint8_t depth = 0;
        bool hasAnyElement = false; ///< an [*] on the path
    };

    NodeId addNode(const Node& node);
    std::uint64_t partHash(NodeId whole, ir::Step step) const;
    NodeId lookUp(NodeId whole, ir::Step step) const;
    bool isArrayLike(NodeId node) const;
    bool elementIsArray(NodeId element) const;

    const ir::Module& code_;
    std::vector<Object> objects_;
    std::vector<ir::Index> objectTypes_;
    std::vector<NodeId> wholes_;
    std::vector<NodeId> firstLocal_;
    std::vector<Node> nodes_;
    HashIndex parts_;
};

} // namespace deadheat::link
