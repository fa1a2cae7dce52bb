// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The constraint graph of the inclusion-based analysis and its solver. A node's set holds the locations that the pointer
// kept there may point to; an edge says that the target's set includes the source's. Loads, stores and part-of constraints
// add edges while sets grow (Andersen 1994). Only what is new in a set is propagated (Pearce, Kelly, Hankin 2003), in
// topological order, with the cycles of edges merged beforehand and again when many edges were added (Pereira, Berlin 2009).
//
// All loads through one pointer share one node that holds what it points to, and all stores one that holds what they store:
// the edges are the sum of both, not their product.
//
// Arrays. A store to [*] reaches the reads of every [k], a read of [*] sees every [k], and [k] and [j] stay apart. So a
// node with [*] on its path has a second node, its writer, which takes what is stored: writer([*]) -> [k] -> [*], and
// writer([*]) -> [*].
//
// Whole-record copies are kept as links between the wholes; a part of the target asks for the same part of the source when it
// comes into being, so that only parts which somebody looks at exist.
#pragma once

#include "analyzer/link/location_set.h"
#include "analyzer/link/location_table.h"

#include <functional>

namespace deadheat::link {

class InclusionGraph {
public:
    using Watcher = std::uint32_t;
    /// What the graph asks of its owner.
    struct Hooks {
        std::function<void(Watcher, LocationId)> onPointee;
        std::function<LocationId(RecordId)> foreignObject;
        std::function<NodeId(RecordId)> delivery; ///< what unknown code has been given of the class; kNoId: nothing
    };

    InclusionGraph(LocationTable& table, Hooks hooks);

    // Constraints. `whole`: the value may be a record, so its parts are copied too.
    void addPointee(NodeId pointer, LocationId target);
    void addCopy(NodeId from, NodeId to, bool whole);
    void addLoad(NodeId pointer, NodeId to, bool whole);    ///< to = *pointer
    void addStore(NodeId pointer, NodeId from, bool whole); ///< *pointer = from
    void watch(NodeId pointer, Watcher watcher);            ///< Hooks::onPointee(watcher, each of the set)

    /// The node that holds the addresses `&(*pointer).steps`, and the one that holds `*pointer`.
    NodeId addressOf(NodeId pointer, std::span<const ir::Step> steps);
    NodeId contentsOf(NodeId pointer, bool whole = false);
    /// The node that holds `(Record*)from`: only what may be an object of the record, or lie in or around one. `bytes`: also raw
    /// memory, in which objects may be made.
    NodeId castOf(NodeId from, RecordId record, bool bytes);
    NodeId temporary();
    /// States that the node gets no pointees and no copies once solving has begun.
    void close(NodeId node) { state_[node].isClosed = true; }

    /// The part of a location; it comes into being when asked for. `partOf` is what the program means by the step: &a[1] of
    /// which [2] is taken stays within a.
    NodeId part(NodeId whole, ir::Step step);
    NodeId partOf(NodeId whole, ir::Step step);
    /// The part that `steps` lead to from a location that a pointer was dereferenced to; kNoId when its class has none.
    NodeId partAfterDereference(NodeId target, std::span<const ir::Step> steps);
    /// What `*p` is for a pointer to `target`: pointers to an array, and to an allocation, which may be one, name its first
    /// element.
    NodeId firstElement(NodeId target);

    /// Merges variables that can only hold what one other holds. Called once, when all constraints are there.
    void substituteCopies();
    void solve();

    /// The nodes whose parts `node` has been given as a whole. Parts that nobody asked for are not copied yet.
    std::span<const NodeId> wholeSources(NodeId node) const {
        return {state_[node].wholeSources.begin(), state_[node].wholeSources.size()};
    }
    const LocationSet& pointees(NodeId node) const { return state_[find(node)].set; }
    /// Nodes that are in one cycle of copies share one representative and one set.
    NodeId find(NodeId node) const;
    /// Parts in the order of their creation, temporaries included.
    const std::vector<NodeId>& createdParts() const { return createdParts_; }

private:
    enum class Kind : std::uint8_t { load, store, part, cast, watch };
    struct Constraint {
        Kind kind;
        bool whole;           ///< load, store: parts are copied too; cast: raw memory passes
        NodeId node;          ///< target of a load, part or cast, source of a store, watcher
        std::uint32_t detail; ///< part: index of paths_; cast: record
    };
    struct State {
        LocationSet set, fresh; ///< fresh: the members not yet propagated
        CompactVector<NodeId> edges;
        CompactVector<Constraint> constraints;
        CompactVector<NodeId> wholeSources; ///< whose parts this node copies; by node, not by representative
        NodeId writer = kNoId;              ///< kNoId: the node itself
        bool queued = false, isClosed = false;
        bool hasOwnPointees = false; ///< some member did not come along an edge
    };
    struct Pending {
        NodeId node;
        Constraint constraint;
    };
    class CycleSearch;

    void grow();
    NodeId writerOf(NodeId node);
    void enqueue(NodeId node);
    void addEdge(NodeId from, NodeId to);
    void addConstraint(NodeId pointer, Constraint constraint);
    void apply(const Constraint& constraint, LocationId target);
    void applyPending();
    void applyCast(const Constraint& constraint, const LocationSet& targets);
    void applyTo(Constraint constraint, const LocationSet& targets);
    void visit(NodeId node);
    void propagate(NodeId to, const LocationSet& fresh);
    void sweep();
    bool comesLater(NodeId a, NodeId b) const;
    bool drain();
    NodeId fieldAfterDereference(NodeId target, ir::Index field);
    void copyPart(NodeId from, NodeId target);
    void onPartCreated(NodeId part);
    void linkArrays(NodeId part);
    std::vector<NodeId> generalisations(NodeId node);
    std::vector<NodeId> specialisations(NodeId node);
    void linkGeneral(NodeId general, NodeId special);
    void orderNodes();
    void unifyConstraints(NodeId node, std::vector<NodeId>& changed);
    void rebuildEdges();
    void mergeInto(NodeId kept, NodeId gone);
    std::uint32_t pathOf(std::span<const ir::Step> steps);

    LocationTable& table_;
    Hooks hooks_;
    std::vector<State> state_;
    mutable std::vector<NodeId> representatives_;
    std::vector<std::uint32_t> ranks_; ///< topological order of the copy edges, as far as known
    std::vector<NodeId> createdParts_;
    std::size_t createdDone_ = 0;
    std::vector<NodeId> current_, next_; ///< nodes to visit in this sweep (a heap by rank) and in the next
    std::uint32_t position_ = 0;         ///< rank of the node being visited
    bool isSweeping_ = false;
    std::vector<Pending> pending_;
    std::vector<NodeId> merged_; ///< nodes whose constraints may be equal now
    std::vector<std::vector<ir::Step>> paths_;
    HashIndex pathIndex_;
    KeyMap addressIndex_, contentsIndex_, sinkIndex_, castIndex_;
    KeySet edgeIndex_, wholeIndex_;
    std::size_t edgeCount_ = 0, edgesWhenOrdered_ = 0;
};

} // namespace deadheat::link
