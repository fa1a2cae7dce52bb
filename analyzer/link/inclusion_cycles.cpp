// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merges the cycles of the copy edges and puts the nodes in topological order.
#include "analyzer/link/inclusion_graph.h"

#include <algorithm>
#include <tuple>

namespace deadheat::link {

namespace {

constexpr std::uint32_t kClosed = ~std::uint32_t{0};

} // namespace

/// Tarjan's algorithm (1972) without recursion. Components are found callees first, so the order is the reverse of theirs.
class InclusionGraph::CycleSearch {
public:
    explicit CycleSearch(const InclusionGraph& graph)
        : graph_(graph), order_(graph.state_.size()), low_(graph.state_.size()) {}

    void run() {
        for (NodeId start = 0; start < graph_.state_.size(); ++start)
            if (order_[start] == 0 && graph_.representatives_[start] == start)
                searchFrom(start);
    }

    std::vector<NodeId> found;               ///< component by component; the representative of each comes first
    std::vector<std::uint32_t> componentEnd; ///< positions in `found`

private:
    struct Frame {
        NodeId node;
        std::uint32_t next;
    };

    void enter(NodeId node) {
        order_[node] = low_[node] = ++counter_;
        open_.push_back(node);
        frames_.push_back({node, 0});
    }

    void searchFrom(NodeId start) {
        enter(start);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const NodeId node = frame.node;
            const auto& edges = graph_.state_[node].edges;
            if (frame.next < edges.size()) {
                const NodeId to = graph_.find(edges[frame.next++]);
                if (order_[to] == 0)
                    enter(to);
                else if (order_[to] != kClosed)
                    low_[node] = std::min(low_[node], order_[to]);
                continue;
            }
            frames_.pop_back();
            if (!frames_.empty())
                low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
            if (low_[node] == order_[node])
                close(node);
        }
    }

    void close(NodeId root) {
        const auto begin = found.size();
        for (NodeId member = kNoId; member != root;) {
            member = open_.back();
            open_.pop_back();
            order_[member] = kClosed;
            found.push_back(member);
        }
        std::sort(found.begin() + static_cast<std::ptrdiff_t>(begin), found.end());
        componentEnd.push_back(static_cast<std::uint32_t>(found.size()));
    }

    const InclusionGraph& graph_;
    std::vector<std::uint32_t> order_, low_;
    std::vector<NodeId> open_;
    std::vector<Frame> frames_;
    std::uint32_t counter_ = 0;
};

void InclusionGraph::orderNodes() {
    CycleSearch search(*this);
    search.run();
    std::size_t at = 0;
    auto rank = static_cast<std::uint32_t>(search.componentEnd.size());
    std::vector<NodeId> changed = std::exchange(merged_, {});
    for (const std::uint32_t end : search.componentEnd) {
        const NodeId kept = search.found[at];
        if (end - at > 1)
            changed.push_back(kept);
        for (++at; at < end; ++at)
            mergeInto(kept, search.found[at]);
        ranks_[kept] = rank--;
    }
    while (!changed.empty()) {
        const NodeId node = find(changed.back());
        changed.pop_back();
        unifyConstraints(node, changed);
    }
    rebuildEdges();
}

/// A variable that is only ever set by one copy holds what the source holds (offline variable substitution: Rountev,
/// Chandra 2000).
void InclusionGraph::substituteCopies() {
    std::vector<NodeId> source(state_.size(), kNoId);
    constexpr NodeId kSeveral = kNoId - 1;
    for (NodeId node = 0; node < state_.size(); ++node)
        for (const NodeId to : state_[node].edges)
            source[find(to)] = source[find(to)] == kNoId ? node : kSeveral;
    for (NodeId node = 0; node < state_.size(); ++node)
        if (state_[node].isClosed && !state_[node].hasOwnPointees && source[node] < kSeveral &&
            find(source[node]) != node) {
            merged_.push_back(find(source[node]));
            mergeInto(merged_.back(), node);
        }
}

/// Two constraints of one node that differ in their other node only: `a = *p` and `b = *p` make a and b equal, and
/// `*p = a` and `*p = b` may as well store the union. `changed` receives the nodes that were merged.
void InclusionGraph::unifyConstraints(NodeId node, std::vector<NodeId>& changed) {
    const auto key = [](const Constraint& each) { return std::tuple(each.kind, each.whole, each.detail, each.node); };
    std::vector<Constraint> all(state_[node].constraints.begin(), state_[node].constraints.end());
    std::sort(all.begin(), all.end(), [&](const Constraint& a, const Constraint& b) { return key(a) < key(b); });
    std::vector<Constraint> kept;
    std::vector<std::pair<NodeId, NodeId>> equal;
    for (const Constraint& each : all) {
        const bool isSame = !kept.empty() && kept.back().kind == each.kind && kept.back().whole == each.whole &&
                            kept.back().detail == each.detail;
        if (isSame && kept.back().node == each.node)
            continue;
        const bool mergesWhole = each.kind == Kind::cast || !each.whole;
        if (isSame && mergesWhole && each.kind != Kind::watch)
            equal.emplace_back(kept.back().node, each.node);
        else
            kept.push_back(each);
    }
    state_[node].constraints.truncate(0);
    state_[node].constraints.append(kept);
    for (const auto& [one, other] : equal) {
        const NodeId low = std::min(find(one), find(other)), high = std::max(find(one), find(other));
        if (low == high)
            continue;
        mergeInto(low, high);
        changed.push_back(low);
    }
}

/// Drops edges that became equal or lead back to their node.
void InclusionGraph::rebuildEdges() {
    edgeIndex_ = {};
    edgeCount_ = 0;
    for (NodeId node = 0; node < state_.size(); ++node) {
        auto& edges = state_[node].edges;
        for (NodeId& edge : edges)
            edge = find(edge);
        std::sort(edges.begin(), edges.end());
        NodeId* end = std::unique(edges.begin(), edges.end());
        end = std::remove(edges.begin(), end, node);
        edges.truncate(static_cast<std::size_t>(end - edges.begin()));
        edgeCount_ += edges.size();
        for (const NodeId edge : edges)
            edgeIndex_.insert(pairKey(node, edge));
    }
    edgesWhenOrdered_ = edgeCount_;
}

void InclusionGraph::mergeInto(NodeId kept, NodeId gone) {
    State& to = state_[kept];
    State& from = state_[gone];
    // What only one of the two has handled is fresh for the merged node.
    to.fresh.unite(from.fresh);
    to.fresh.unite(from.set.minus(to.set));
    to.fresh.unite(to.set.minus(from.set));
    to.set.unite(from.set);
    to.edges.append(from.edges.items());
    to.constraints.append(from.constraints.items());
    from.set = {};
    from.fresh = {};
    from.edges.clear();
    from.constraints.clear();
    representatives_[gone] = kept;
    if (!to.fresh.empty())
        enqueue(kept);
}

} // namespace deadheat::link
