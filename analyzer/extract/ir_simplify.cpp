// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/ir_builder.h"

#include <algorithm>

namespace deadheat::extract {
namespace {

bool isAccess(ir::Op op) { return op == ir::Op::read || op == ir::Op::write || op == ir::Op::readWrite; }

/// Operations that take an address only to work on the object itself, so that it does not reach other code by them.
bool keepsAddressPrivate(ir::Op op, std::size_t operand) {
    switch (op) {
    case ir::Op::copy:
    case ir::Op::call:
    case ir::Op::callIndirect:
    case ir::Op::bind:
    case ir::Op::promiseSet:
    case ir::Op::signalHandler: return false;
    case ir::Op::spawn:
    case ir::Op::submit:
    case ir::Op::once: return operand == 0;
    case ir::Op::wait: return operand < 2;
    default: return true;
    }
}

class Simplifier {
public:
    explicit Simplifier(ir::Function& function) : function_(function) {}

    void run() {
        threadJumps();
        markAddressTaken();
        dropPrivateAccesses();
        dropUnusedCopies();
        shortenEdges();
        mergeChains();
        renumberBlocks();
        dropUnusedLocals();
    }

private:
    template <typename Visit>
    void forEachInstr(Visit visit) {
        for (ir::Block& block : function_.blocks)
            for (ir::Instr& instr : block.instrs)
                visit(instr);
    }

    bool isPrivate(const ir::Place& place) const {
        return place.root == ir::RootKind::local && !hasDeref(place) && !function_.locals[place.index].addressTaken;
    }

    void markAddressTaken() {
        forEachInstr([&](ir::Instr& instr) {
            for (std::size_t i = 0; i < instr.operands.size(); ++i) {
                const ir::Value& value = instr.operands[i];
                if (value.kind == ir::ValueKind::address && value.place.root == ir::RootKind::local &&
                    !hasDeref(value.place) && !keepsAddressPrivate(instr.op, i))
                    function_.locals[value.place.index].addressTaken = true;
            }
        });
    }

    void dropPrivateAccesses() {
        for (ir::Block& block : function_.blocks)
            std::erase_if(block.instrs, [&](const ir::Instr& instr) {
                return isAccess(instr.op) && !instr.result && !instr.operands.empty() &&
                       instr.operands[0].kind == ir::ValueKind::address && isPrivate(instr.operands[0].place);
            });
    }

    // ---- uses of locals

    void count(const ir::Place& place, int by, bool isTarget) {
        if (place.root == ir::RootKind::local && !(isTarget && !hasDeref(place)))
            uses_[place.index] += by;
        for (const ir::Step& step : place.steps)
            if (step.kind == ir::StepKind::variable)
                uses_[step.index] += by;
    }

    void count(const ir::Instr& instr, int by) {
        for (const ir::Value& value : instr.operands)
            count(value.place, by, false);
        count(instr.result, by, true);
    }

    bool isUnused(const ir::Place& target) const {
        return target.root == ir::RootKind::local && isPrivate(target) && uses_[target.index] == 0;
    }

    bool dropOneRound() {
        bool changed = false;
        for (ir::Block& block : function_.blocks) {
            std::erase_if(block.instrs, [&](const ir::Instr& instr) {
                bool dead = instr.op == ir::Op::copy && isUnused(instr.result);
                if (dead)
                    count(instr, -1);
                changed |= dead;
                return dead;
            });
        }
        return changed;
    }

    void dropUnusedCopies() {
        uses_.assign(function_.locals.size(), 0);
        if (function_.returnLocal != ir::kNone)
            uses_[function_.returnLocal] = 1;
        forEachInstr([&](ir::Instr& instr) { count(instr, 1); });
        for (const ir::Block& block : function_.blocks) {
            count(block.condition.left.place, 1, false);
            count(block.condition.right.place, 1, false);
        }
        while (dropOneRound()) {
        }
        forEachInstr([&](ir::Instr& instr) {
            if (instr.op != ir::Op::alloc && isUnused(instr.result))
                instr.result = {};
        });
    }

    /// Removes temporaries and variables that nothing mentions any more. Parameters keep their positions.
    void dropUnusedLocals() {
        std::vector<char> used(function_.locals.size(), 0);
        auto mark = [&](const ir::Place& place) {
            if (place.root == ir::RootKind::local)
                used[place.index] = 1;
            for (const ir::Step& step : place.steps)
                if (step.kind == ir::StepKind::variable)
                    used[step.index] = 1;
        };
        forEachPlace(mark);
        if (function_.returnLocal != ir::kNone)
            used[function_.returnLocal] = 1;
        std::vector<ir::Index> renamed(function_.locals.size(), ir::kNone);
        std::vector<ir::Local> kept;
        unsigned temporaries = 0;
        for (std::size_t i = 0; i < used.size(); ++i) {
            ir::Local& local = function_.locals[i];
            bool fixed = local.kind == ir::LocalKind::this_ || local.kind == ir::LocalKind::parameter;
            if (!used[i] && !fixed)
                continue;
            if (local.kind == ir::LocalKind::temporary && i != function_.returnLocal)
                local.name = "t" + std::to_string(temporaries++);
            renamed[i] = static_cast<ir::Index>(kept.size());
            kept.push_back(std::move(local));
        }
        function_.locals = std::move(kept);
        forEachPlace([&](ir::Place& place) {
            if (place.root == ir::RootKind::local)
                place.index = renamed[place.index];
            for (ir::Step& step : place.steps)
                if (step.kind == ir::StepKind::variable)
                    step.index = renamed[step.index];
        });
        if (function_.returnLocal != ir::kNone)
            function_.returnLocal = renamed[function_.returnLocal];
    }

    template <typename Visit>
    void forEachPlace(Visit visit) {
        for (ir::Block& block : function_.blocks) {
            for (ir::Instr& instr : block.instrs) {
                visit(instr.result);
                for (ir::Value& value : instr.operands)
                    visit(value.place);
            }
            visit(block.condition.left.place);
            visit(block.condition.right.place);
        }
    }

    // ---- blocks

    bool isFixed(ir::Index block) const {
        return block == 0 || block == function_.exitBlock || block == function_.unwindBlock;
    }

    /// A block that only tests a local which its predecessor has just set to a constant: go where the test will lead.
    /// This turns `t = 0; goto J; J: if (t)` of a short-circuit expression back into a branch.
    void threadJumps() {
        for (ir::Block& block : function_.blocks)
            for (ir::Edge& edge : block.successors)
                if (edge.kind == ir::EdgeKind::normal && normalSuccessors(block) == 1)
                    threadJump(block, edge);
    }

    static std::size_t normalSuccessors(const ir::Block& block) {
        return static_cast<std::size_t>(std::ranges::count_if(
            block.successors, [](const ir::Edge& edge) { return edge.kind != ir::EdgeKind::exceptional; }));
    }

    void threadJump(ir::Block& block, ir::Edge& edge) {
        const ir::Block& test = function_.blocks[edge.target];
        const ir::Condition& condition = test.condition;
        if (!test.instrs.empty() || condition.left.kind != ir::ValueKind::load || block.instrs.empty())
            return;
        const ir::Instr& last = block.instrs.back();
        bool sets = last.op == ir::Op::copy && last.result == condition.left.place && last.result.steps.empty() &&
                    last.operands[0].kind == ir::ValueKind::constant;
        if (!sets || condition.right.kind != ir::ValueKind::constant)
            return;
        bool equal = (last.operands[0].number & condition.mask) == condition.right.number;
        bool isEquality = condition.compare == ir::Compare::equal || condition.compare == ir::Compare::notEqual;
        if (!isEquality)
            return;
        auto wanted = equal == (condition.compare == ir::Compare::equal) ? ir::EdgeKind::true_ : ir::EdgeKind::false_;
        for (const ir::Edge& way : test.successors)
            if (way.kind == wanted)
                edge.target = way.target;
    }

    ir::Index shortcut(ir::Index target) const {
        for (unsigned hops = 0; hops < 64; ++hops) {
            const ir::Block& block = function_.blocks[target];
            if (isFixed(target) || !block.instrs.empty() || block.successors.size() != 1 ||
                block.successors[0].kind != ir::EdgeKind::normal || block.successors[0].target == target)
                break;
            target = block.successors[0].target;
        }
        return target;
    }

    void shortenEdges() {
        for (ir::Block& block : function_.blocks) {
            std::vector<ir::Edge> edges;
            for (ir::Edge edge : block.successors) {
                edge.target = shortcut(edge.target);
                if (std::ranges::find(edges, edge) == edges.end())
                    edges.push_back(edge);
            }
            bool isPair =
                edges.size() >= 2 && edges[0].kind == ir::EdgeKind::true_ && edges[1].kind == ir::EdgeKind::false_;
            if (isPair && edges[0].target == edges[1].target) {
                edges.erase(edges.begin() + 1);
                edges[0].kind = ir::EdgeKind::normal;
                block.condition = {};
            }
            block.successors = std::move(edges);
        }
    }

    static ir::Index exceptionalTarget(const ir::Block& block) {
        for (const ir::Edge& edge : block.successors)
            if (edge.kind == ir::EdgeKind::exceptional)
                return edge.target;
        return ir::kNone;
    }

    static bool mayThrow(const ir::Block& block) {
        return std::ranges::any_of(block.instrs, [](const ir::Instr& instr) { return instr.flags.mayThrow; });
    }

    std::vector<unsigned> countPredecessors() const {
        std::vector<unsigned> predecessors(function_.blocks.size(), 0);
        for (ir::Index block : reachable())
            for (const ir::Edge& edge : function_.blocks[block].successors)
                ++predecessors[edge.target];
        return predecessors;
    }

    void mergeChains() {
        std::vector<unsigned> predecessors = countPredecessors();
        for (ir::Index block : reachable())
            while (mergeNext(block, predecessors)) {
            }
    }

    bool mergeNext(ir::Index index, std::vector<unsigned>& predecessors) {
        ir::Block& block = function_.blocks[index];
        if (normalSuccessors(block) != 1)
            return false;
        auto edge = std::ranges::find(block.successors, ir::EdgeKind::normal, &ir::Edge::kind);
        if (edge == block.successors.end() || isFixed(edge->target) || edge->target == index ||
            predecessors[edge->target] != 1)
            return false;
        ir::Block& next = function_.blocks[edge->target];
        ir::Index mine = exceptionalTarget(block), its = exceptionalTarget(next);
        bool agree = mine == its || (mine == ir::kNone && !mayThrow(block)) || (its == ir::kNone && !mayThrow(next));
        if (!agree)
            return false;
        predecessors[edge->target] = 0;
        std::ranges::move(next.instrs, std::back_inserter(block.instrs));
        next.instrs.clear();
        block.condition = std::move(next.condition);
        auto successors = std::move(next.successors);
        next.successors.clear();
        if (mine != ir::kNone && its == ir::kNone)
            successors.push_back({mine, ir::EdgeKind::exceptional});
        else if (mine != ir::kNone)
            --predecessors[mine];
        block.successors = std::move(successors);
        return true;
    }

    /// In reverse post-order, so that the text reads like the source.
    std::vector<ir::Index> reachable() const {
        std::vector<ir::Index> order;
        std::vector<char> seen(function_.blocks.size(), 0);
        std::vector<std::pair<ir::Index, std::size_t>> stack{{0, 0}};
        seen[0] = 1;
        while (!stack.empty()) {
            auto& [block, next] = stack.back();
            const auto& successors = function_.blocks[block].successors;
            if (next == successors.size()) {
                order.push_back(block);
                stack.pop_back();
                continue;
            }
            ir::Index target = successors[successors.size() - 1 - next++].target;
            if (!seen[target]) {
                seen[target] = 1;
                stack.emplace_back(target, 0);
            }
        }
        std::ranges::reverse(order);
        return order;
    }

    void renumberBlocks() {
        std::vector<ir::Index> order = reachable();
        // The exits stand last; the normal one exists even if nothing reaches it.
        std::erase_if(order, [&](ir::Index block) { return block != 0 && isFixed(block); });
        bool unwinds = function_.unwindBlock != ir::kNone && countPredecessors()[function_.unwindBlock] > 0;
        if (function_.exitBlock != 0)
            order.push_back(function_.exitBlock);
        if (unwinds)
            order.push_back(function_.unwindBlock);
        std::vector<ir::Index> renamed(function_.blocks.size(), ir::kNone);
        std::vector<ir::Block> blocks;
        for (ir::Index block : order) {
            renamed[block] = static_cast<ir::Index>(blocks.size());
            blocks.push_back(std::move(function_.blocks[block]));
        }
        for (ir::Block& block : blocks)
            for (ir::Edge& edge : block.successors)
                edge.target = renamed[edge.target];
        function_.exitBlock = renamed[function_.exitBlock];
        function_.unwindBlock = unwinds ? renamed[function_.unwindBlock] : ir::kNone;
        function_.blocks = std::move(blocks);
    }

    ir::Function& function_;
    std::vector<int> uses_;
};

} // namespace

void simplify(ir::Function& function) { Simplifier(function).run(); }

} // namespace deadheat::extract
