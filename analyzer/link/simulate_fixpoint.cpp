// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks are run until no block's entry states change.
#include "analyzer/link/simulator.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace deadheat::link {

namespace {

/// Rounds over one block before its states are widened into one; reached only by unusual loop nests.
constexpr std::uint32_t kMaxVisits = 24;

constexpr std::size_t kMaxWaiting = 2 * kMaxStates;

} // namespace

/// Chaotic iteration in reverse post-order, inner loops first (Bourdoncle, "Efficient chaotic iteration strategies with widenings",
/// 1993): a loop whose head has changed starts anew once all that is left to run of its body has been run. So all the ways round
/// (each `continue` is one) are in the next round at once, and what follows the loop sees only how it ends.
void Simulator::solve() {
    Work work{{0}, {}};
    while (const std::optional<ir::Index> block = takeNext(work)) {
        ++visits_[*block];
        mergeWaiting(*block);
        for (std::size_t i = 0; i < entries_[*block].size(); ++i) {
            if (!entries_[*block][i].isPending)
                continue;
            entries_[*block][i].isPending = false;
            const State entry = entries_[*block][i].state;
            States normal, exceptional;
            runBlock(*block, entry, normal, exceptional);
            for (const ir::Edge& edge : code_.blocks[*block].successors)
                if (flowTo(*block, edge, edge.kind == ir::EdgeKind::exceptional ? exceptional : normal))
                    (flow_.isBackEdge(*block, edge.target) ? work.heads : work.blocks)
                        .insert(flow_.position[edge.target]);
        }
    }
}

/// The next block: of the innermost loop that is to start anew, as long as it has one to run; then that loop's head.
std::optional<ir::Index> Simulator::takeNext(Work& work) {
    while (!work.heads.empty()) {
        const ir::Index head = *work.heads.rbegin();
        const std::vector<ir::Index>& body = loopOf(flow_.order[head]);
        const auto next = std::find_if(work.blocks.upper_bound(head), work.blocks.end(),
                                       [&](ir::Index position) { return contains(body, flow_.order[position]); });
        if (next != work.blocks.end())
            return flow_.order[work.blocks.extract(next).value()];
        work.heads.erase(head);
        restartLoop(flow_.order[head], work);
    }
    if (work.blocks.empty())
        return std::nullopt;
    return flow_.order[work.blocks.extract(work.blocks.begin()).value()];
}

/// What the head of a loop has become is not merged with what the first round has left behind in the body: it would lose the names of all
/// values that changed. The body is simulated anew. Blocks that can also be entered past the head keep what came from there.
void Simulator::restartLoop(ir::Index head, Work& work) {
    const std::vector<ir::Index>& body = loopOf(head);
    auto runAgain = [&](ir::Index block) {
        for (Entry& entry : entries_[block])
            entry.isPending = true;
        work.blocks.insert(flow_.position[block]);
    };
    runAgain(head);
    for (const ir::Index block : body) {
        const bool isEnteredPastHead = std::ranges::any_of(flow_.predecessors[block], [&](ir::Index from) {
            return from != head && flow_.position[from] != ir::kNone && !contains(body, from);
        });
        if (isEnteredPastHead)
            runAgain(block);
        else
            entries_[block].clear();
    }
}

/// The blocks, without the head, of all the loops that start there; those before the head are not, wherever they lead.
const std::vector<ir::Index>& Simulator::loopOf(ir::Index head) {
    auto [known, isNew] = loops_.try_emplace(head);
    if (isNew)
        for (const ir::Index tail : flow_.predecessors[head])
            if (flow_.position[tail] != ir::kNone && flow_.isBackEdge(tail, head))
                unite(known->second, bodyOfLoop(head, tail));
    if (isNew)
        std::erase_if(known->second, [&](ir::Index block) { return flow_.position[block] < flow_.position[head]; });
    return known->second;
}

const std::vector<ir::Index>& Simulator::bodyOfLoop(ir::Index head, ir::Index tail) {
    auto [known, isNew] = loopBodies_.try_emplace({head, tail});
    if (isNew)
        known->second = flow_.bodyOf(head, tail);
    return known->second;
}

/// Whether the block that the edge leads to has something new to run.
bool Simulator::flowTo(ir::Index from, const ir::Edge& edge, const States& states) {
    bool changed = false;
    for (const State& state : states) {
        State next = state;
        if (edge.kind == ir::EdgeKind::true_ || edge.kind == ir::EdgeKind::false_)
            if (!assume(next, code_.blocks[from].condition, edge.kind == ir::EdgeKind::true_))
                continue;
        leaveLoop(next, from, edge.target);
        changed |= addEntryState(edge.target, std::move(next));
    }
    return changed;
}

/// What is known of locals that nobody reads any more.
void Simulator::dropDeadLocals(State& state, ir::Index block) const {
    std::erase_if(state.memory, [&](const auto& entry) {
        const Expr& root = exprs_[exprs_.root(entry.first)];
        return root.kind == ExprKind::local && root.a == function_ &&
               objectRoot(entry.first) == exprs_.root(entry.first) && !liveLocals_.isLive(block, root.b);
    });
}

/// A fact or a value of `state` that cannot hold in `other` and that `also` has, too, where there is such a third state.
bool Simulator::isExcluded(const State& other, const State& state, const State* also) const {
    const bool byFact = std::ranges::any_of(state.facts, [&](const Fact& fact) {
        auto same = [&](const Fact& f) {
            return f.value == fact.value && f.compare == fact.compare && f.other == fact.other;
        };
        return (!also || std::ranges::any_of(also->facts, same)) &&
               decide(other, fact.compare, fact.value, fact.other) == false;
    });
    return byFact || std::ranges::any_of(state.memory, [&](const auto& entry) {
               const ExprId there = stored(other, entry.first);
               const bool differ = exprs_.isNumber(entry.second) && exprs_.isNumber(there) && there != entry.second;
               return differ && (!also || stored(*also, entry.first) == entry.second);
           });
}

/// Whether what tells two states from one with other locks would be lost if they were merged: after `if (a) { if (b) lock(m); }` the two
/// states without the lock have nothing in common, and a second `if (a) { if (b) unlock(m); }` would seem to unlock what is not held.
bool Simulator::wouldBeConfused(const std::vector<Entry>& entries, const State& a, const State& b) const {
    return std::ranges::any_of(entries, [&](const Entry& entry) {
        const State& other = entry.state;
        return !holdSameLocks(other, a) && isExcluded(other, a, nullptr) && isExcluded(other, b, nullptr) &&
               !isExcluded(other, a, &b);
    });
}

/// States wait side by side until their block is run, so that it is known then what they must be told apart from.
bool Simulator::addEntryState(ir::Index block, State state) {
    dropDeadLocals(state, block);
    std::vector<Entry>& entries = entries_[block];
    if (entries.size() >= kMaxWaiting || !std::ranges::all_of(entries, &Entry::isPending))
        return mergeEntryState(block, std::move(state));
    entries.push_back({std::move(state)});
    return true;
}

void Simulator::mergeWaiting(ir::Index block) {
    if (!std::ranges::all_of(entries_[block], &Entry::isPending))
        return;
    std::vector<Entry> waiting = std::exchange(entries_[block], {});
    std::ranges::stable_sort(waiting, std::greater{}, [](const Entry& entry) { return entry.state.held.size(); });
    for (Entry& entry : waiting)
        mergeEntryState(block, std::move(entry.state));
}

bool Simulator::mergeEntryState(ir::Index block, State state) {
    std::vector<Entry>& entries = entries_[block];
    const bool widen = visits_[block] > kMaxVisits;
    auto into = std::ranges::find_if(entries, [&](const Entry& e) {
        const bool saidTheSame = !isPredicate_ || e.state.waited == state.waited;
        return widen || (saidTheSame && sameKey(e.state, state) && !wouldBeConfused(entries, e.state, state));
    });
    if (into == entries.end() && entries.size() == kMaxStates)
        into = std::ranges::find_if(entries, [&](const Entry& e) { return holdSameLocks(e.state, state); });
    if (into == entries.end() && entries.size() == kMaxStates)
        --into;
    if (into == entries.end()) {
        entries.push_back({std::move(state)});
        return true;
    }
    const bool changed = mergeInto(into->state, state, function_, block, exprs_);
    into->isPending |= changed;
    return changed;
}

} // namespace deadheat::link
