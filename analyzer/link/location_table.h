// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects and the tree of their parts. Every part is a node; a node can hold pointers (inclusion_graph.h). Temporaries of
// the analysis are nodes without an object: no pointer ever leads to them.
//
// Numbering: objects and nodes 0 .. globals-1 are the globals, then come all locals function by function, then the rest in
// order of discovery.
#pragma once

#include "analyzer/link/points_to.h"
#include "analyzer/link/record_table.h"

#include <optional>
#include <vector>

namespace deadheat::link {

using NodeId = std::uint32_t; ///< a LocationId when the node belongs to an object

/// Constant indices below this are kept apart; the others are "any element".
inline constexpr ir::Index kMaxConstantIndex = 64;
/// Steps of a path; deeper parts collapse onto the last one kept, so that recursive types end.
inline constexpr unsigned kMaxPathDepth = 8;

/// Parts of one object; more collapse onto the wholes that exist. Only casts between records and arrays that hold one
/// another get near it.
inline constexpr unsigned kMaxParts = 4096;

/// `variable` and large constants become `element`.
ir::Step canonicalStep(ir::Step step);

class LocationTable {
public:
    LocationTable(const ir::Module& code, const TypeTable& types, RecordTable& records);

    NodeId globalNode(ir::Index global) const { return global; }
    NodeId localNode(FunctionId function, ir::Index local) const { return firstLocal_[function] + local; }

    /// The object's whole location.
    NodeId addObject(Object object, TypeId type);
    NodeId addTemporary() { return addNode({}); }

    /// What `step` leads to from `whole`: the node when it exists or when the part collapses onto another node, else nothing
    /// and addPart creates it.
    std::optional<NodeId> findPart(NodeId whole, ir::Step step) const;
    NodeId addPart(NodeId whole, ir::Step step);

    /// Where an element step starts, and what is left of it. A pointer to an element indexes the array around it, and [0] of a
    /// single object is the object itself.
    struct Start {
        NodeId base;
        std::optional<ir::Step> step;
    };
    Start indexFrom(NodeId target, ir::Step step) const;

    /// Where the fields of record `wanted` are, given a pointer to `target`: at `base`, or in its part `member` and so on.
    /// Nothing: the object is of another class, so that the pointer cannot lead here in a well-typed program.
    struct Place {
        NodeId base;
        ir::Index member;
    };
    std::optional<Place> placeOfRecord(NodeId target, RecordId wanted) const;
    std::optional<Place> placeOfField(NodeId target, ir::Index field) const {
        return placeOfRecord(target, records_.ofField(field));
    }
    ir::Index fieldIn(NodeId node, ir::Index field) const { return records_.fieldIn(nodes_[node].record, field); }

    NodeId parent(NodeId node) const { return nodes_[node].parent; }
    ir::Step step(NodeId node) const { return {nodes_[node].kind, nodes_[node].index}; }
    NodeId firstChild(NodeId node) const { return nodes_[node].firstChild; }
    NodeId nextSibling(NodeId node) const { return nodes_[node].nextSibling; }
    ObjectId objectOf(NodeId node) const { return nodes_[node].object; }
    const Object& object(ObjectId object) const { return objects_[object]; }
    ObjectKind objectKind(NodeId node) const { return objects_[nodes_[node].object].kind; }
    NodeId wholeObject(ObjectId object) const { return wholes_[object]; }
    bool isElement(NodeId node) const {
        return nodes_[node].parent != kNoId && nodes_[node].kind != ir::StepKind::field;
    }
    bool isArray(NodeId node) const;
    /// An allocated object: an array, as far as one knows, of elements of its own type.
    bool isAllocation(NodeId node) const;
    /// Whether a pointer to `node` points to memory (not to a function, a thread or a bound callable).
    bool isMemory(NodeId node) const;
    /// The target of `void*` pointers that unknown code provides. A cast makes it the foreign object of the class.
    bool isAnything(NodeId node) const {
        return objectKind(node) == ObjectKind::foreign && objects_[nodes_[node].object].record.empty();
    }
    /// Whether the location is raw memory by its type.
    bool isBytes(NodeId node) const;
    /// Whether the location is memory that was allocated for nothing in particular, as far as one knows.
    bool isRawMemory(NodeId node) const;
    /// Whether a pointer may be kept here, as far as the declared type tells.
    bool mayHoldPointers(NodeId node) const;
    /// Whether there is an [*] on the path.
    bool hasAnyElement(NodeId node) const { return nodes_[node].hasAnyElement; }

    /// Whether a copy of a whole may look for such a part in `node`: the types do not speak against it.
    bool mayHavePart(NodeId node, ir::Step step) const;

    /// The declared type; kNone for temporaries, foreign objects and where the types do not tell.
    TypeId typeOf(NodeId node) const;
    ir::TypeKind kindOf(NodeId node) const { return types_.kindOf(typeOf(node)); }
    /// The class that an object here is an instance of; kNoId: unknown or none.
    RecordId recordOf(NodeId node) const { return nodes_[node].record; }
    std::size_t size() const { return nodes_.size(); }
    std::size_t objectCount() const { return objects_.size(); }

private:
    struct Node {
        ObjectId object = kNoId;
        NodeId parent = kNoId;
        NodeId firstChild = kNoId, nextSibling = kNoId;
        RecordId record = kNoId;
        ir::Index index = 0;
        ir::StepKind kind = ir::StepKind::deref;
        std::uint8_t depth = 0;
        bool hasAnyElement = false;
    };

    NodeId addNode(const Node& node);
    NodeId lookUp(NodeId whole, ir::Step step) const;
    bool isArrayLike(NodeId node) const;
    NodeId recordAround(NodeId part, RecordId wanted) const;
    bool mayHaveFields(NodeId node) const;

    const ir::Module& code_;
    const TypeTable& types_;
    RecordTable& records_;
    std::vector<Object> objects_;
    std::vector<TypeId> objectTypes_;
    std::vector<std::uint16_t> partCounts_; ///< by object
    std::vector<NodeId> wholes_;
    std::vector<NodeId> firstLocal_;
    std::vector<Node> nodes_;
    HashIndex parts_;
};

} // namespace deadheat::link
