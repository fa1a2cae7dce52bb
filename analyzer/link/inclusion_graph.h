// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The constraint graph of the inclusion-based analysis and its solver. A node's set holds the locations that the pointer
// kept there may point to; an edge says that the target's set includes the source's. Loads, stores and part-of constraints
// add edges while sets grow (Andersen 1994). Only what is new in a set is propagated (Pearce, Kelly, Hankin 2003), and
// cycles of edges are found when a propagation changes nothing, and merged (lazy cycle detection: Hardekopf, Lin 2007).
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

#include <deque>
#include <functional>

namespace deadheat::link {

class InclusionGraph {
public:
    using Watcher = std::uint32_t;
    using OnPointee = std::function<void(Watcher, LocationId)>;

    InclusionGraph(LocationTable& table, OnPointee onPointee);

    // Constraints. `whole`: the value may be a record, so its parts are copied too.
    void addPointee(NodeId pointer, LocationId target);
    void addCopy(NodeId from, NodeId to, bool whole);
    void addLoad(NodeId pointer, NodeId to, bool whole);   ///< to = *pointer
    void addStore(NodeId pointer, NodeId from, bool whole); ///< *pointer = from
    void watch(NodeId pointer, Watcher watcher);           ///< onPointee(watcher, each location of the set)

    /// The node that holds the addresses `&(*pointer).steps`, and the one that holds `*pointer`.
    NodeId addressOf(NodeId pointer, std::span<const ir::Step> steps);
    NodeId contentsOf(NodeId pointer);
    NodeId temporary();

    /// The part of a location; it comes into being when asked for.
    NodeId part(NodeId whole, ir::Step step);
    NodeId partAfterDereference(NodeId target, std::span<const ir::Step> steps);

    void solve();

    const LocationSet& pointees(NodeId node) const { return state_[find(node)].set; }
    /// Parts in the order of their creation, temporaries included.
    const std::vector<NodeId>& createdParts() const { return createdParts_; }

private:
    enum class Kind : std::uint8_t { load, store, part, watch };
    struct Constraint {
        Kind kind;
        bool whole;
        NodeId node;         ///< target of a load or part, source of a store, watcher
        std::uint32_t path;  ///< part only: paths_
    };
    struct State {
        NodeId representative;
        bool queued = false;
        LocationSet set, fresh; ///< fresh: the members not yet propagated
        std::vector<NodeId> edges;
        std::vector<Constraint> constraints;
    };
    struct Pending {
        NodeId node;
        Constraint constraint;
    };

    NodeId find(NodeId node) const;
    void grow();
    NodeId writerOf(NodeId node);
    void enqueue(NodeId node);
    void addEdge(NodeId from, NodeId to);
    void addConstraint(NodeId pointer, Constraint constraint);
    void apply(const Constraint& constraint, LocationId target);
    void applyPending();
    void visit(NodeId node);
    void propagate(NodeId to, const LocationSet& fresh);
    void onPartCreated(NodeId part);
    void linkArrays(NodeId part);
    std::vector<NodeId> generalisations(NodeId node);
    std::vector<NodeId> specialisations(NodeId node);
    void linkGeneral(NodeId general, NodeId special);
    void collapseCyclesThrough(NodeId start);
    void mergeInto(NodeId kept, NodeId gone);
    std::uint32_t pathOf(std::span<const ir::Step> steps);

    struct Visit { ///< of Tarjan's algorithm; order 0: not visited
        std::uint32_t order = 0, low = 0;
        bool open = false;
    };

    LocationTable& table_;
    OnPointee onPointee_;
    std::vector<Visit> visits_;
    std::vector<NodeId> visited_;
    mutable std::vector<State> state_;
    std::vector<NodeId> writers_;                       ///< by node; kNoId: the node itself
    std::vector<std::vector<NodeId>> wholeSources_;     ///< by node: whose parts it copies
    std::vector<NodeId> createdParts_;
    std::size_t createdDone_ = 0;
    std::deque<NodeId> worklist_;
    std::vector<Pending> pending_;
    std::vector<std::vector<ir::Step>> paths_;
    HashIndex pathIndex_;
    KeyMap addressIndex_, contentsIndex_;
    KeySet edgeIndex_, checkedEdges_, wholeIndex_;
};

} // namespace deadheat::link
