// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/live_locals.h"

#include <algorithm>

namespace deadheat::link {

namespace {

bool derefsFirst(const ir::Place& place) {
    return !place.steps.empty() && place.steps.front().kind == ir::StepKind::deref;
}

/// Whether the value is the address of (a part of) a local.
bool isLocalAddress(const ir::Value& value) {
    return value.kind == ir::ValueKind::address && value.place.root == ir::RootKind::local && !derefsFirst(value.place);
}

} // namespace

void LiveLocals::Set::addAll(const Set& other) {
    for (std::size_t i = 0; i < words.size(); ++i)
        words[i] |= other.words[i];
}

LiveLocals::LiveLocals(const ir::Function& function)
    : function_(function), always_(function.locals.size()), entries_(function.blocks.size(), always_) {
    findAlwaysLive();
    solve();
}

void LiveLocals::findAlwaysLive() {
    if (function_.returnLocal != ir::kNone)
        always_.add(function_.returnLocal);
    for (ir::Index i = 0; i < function_.locals.size(); ++i)
        if (function_.locals[i].addressTaken)
            always_.add(i);
    for (const ir::Block& block : function_.blocks)
        for (const ir::Instr& instr : block.instrs)
            for (const ir::Value& operand : instr.operands)
                if (isLocalAddress(operand))
                    always_.add(operand.place.index);
}

void LiveLocals::solve() {
    for (bool changed = true; changed;) {
        changed = false;
        for (ir::Index i = function_.blocks.size(); i-- > 0;) {
            Set live = always_;
            for (const ir::Edge& edge : function_.blocks[i].successors)
                live.addAll(entries_[edge.target]);
            live = before(function_.blocks[i], std::move(live));
            if (live == entries_[i])
                continue;
            changed = true;
            entries_[i] = std::move(live);
        }
    }
}

LiveLocals::Set LiveLocals::before(const ir::Block& block, Set live) const {
    read(block.condition.left, live);
    read(block.condition.right, live);
    // An instruction may leave the block by an exception, so that what it overwrites counts as read where somebody catches it.
    const bool catches =
        std::ranges::any_of(block.successors, [](const ir::Edge& e) { return e.kind == ir::EdgeKind::exceptional; });
    for (auto instr = block.instrs.rbegin(); instr != block.instrs.rend(); ++instr) {
        const ir::Place& result = instr->result;
        if (result.root == ir::RootKind::local && result.steps.empty() && !catches && !always_.has(result.index))
            live.remove(result.index);
        if (result.root == ir::RootKind::local && derefsFirst(result))
            live.add(result.index);
        readIndices(result, live);
        for (const ir::Value& operand : instr->operands)
            read(operand, live);
    }
    return live;
}

void LiveLocals::read(const ir::Value& value, Set& live) const {
    const bool hasPlace = value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address;
    if (!hasPlace)
        return;
    if (value.place.root == ir::RootKind::local)
        live.add(value.place.index);
    readIndices(value.place, live);
}

void LiveLocals::readIndices(const ir::Place& place, Set& live) const {
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::variable)
            live.add(step.index);
}

} // namespace deadheat::link
