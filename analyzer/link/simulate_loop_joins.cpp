// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that join the threads of a collection, one after the other.
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

/// The local that chooses the element; kNone without one.
ir::Index indexVariable(const ir::Place& place) {
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::variable)
            return step.index;
    return ir::kNone;
}

bool isLocal(const ir::Place& place, ir::Index local) {
    return place.root == ir::RootKind::local && place.index == local && place.steps.empty();
}

/// The constant that the block last stores to the local, if that is what it does last.
std::optional<std::int64_t> lastStored(const ir::Block& block, ir::Index local) {
    std::optional<std::int64_t> value;
    for (const ir::Instr& instr : block.instrs)
        if (isLocal(instr.result, local)) {
            value.reset();
            if (instr.op == ir::Op::copy && instr.operands[0].kind == ir::ValueKind::constant)
                value = instr.operands[0].number;
        }
    return value;
}

/// Constant bounds of the loop that `block` is in, of which `index` counts the rounds; nothing where it is written otherwise.
std::optional<IndexRange> rangeOf(const ir::Function& code, const ControlFlow& flow, ir::Index block, ir::Index index) {
    const ir::Index loop = flow.loop[block];
    std::optional<std::int64_t> first, limit;
    for (ir::Index b = 0; b < code.blocks.size(); ++b) {
        if (flow.position[b] == ir::kNone || flow.loop[b] != loop)
            continue;
        const ir::Condition& test = code.blocks[b].condition;
        const bool isTest = test.compare == ir::Compare::less && test.mask == ir::Condition::kAllBits &&
                            test.left.kind == ir::ValueKind::load && isLocal(test.left.place, index) &&
                            test.right.kind == ir::ValueKind::constant;
        if (isTest)
            limit = test.right.number;
        for (ir::Index before : flow.predecessors[b])
            if (isTest && flow.position[before] != ir::kNone && flow.loop[before] != loop)
                first = lastStored(code.blocks[before], index);
    }
    return first && limit ? std::optional(IndexRange{*first, *limit}) : std::nullopt;
}

} // namespace

/// Whether the loop with the join at `join` is seen to go through fewer elements than the loop that started the threads.
bool Simulator::leavesSome(SpawnId spawn, InstrRef join, const ir::Place& handle) const {
    const InstrRef site = in_.spawns.sites[spawn];
    if (site.function != function_ || !flow_.inLoop(site.block) || flow_.loop[site.block] == flow_.loop[join.block])
        return false;
    const ir::Instr& start = code_.blocks[site.block].instrs[site.instr];
    if (start.operands.empty())
        return false;
    const ir::Index startIndex = indexVariable(start.operands[0].place), joinIndex = indexVariable(handle);
    if (startIndex == ir::kNone || joinIndex == ir::kNone)
        return false;
    const std::optional<IndexRange> started = rangeOf(code_, flow_, site.block, startIndex);
    const std::optional<IndexRange> joined = rangeOf(code_, flow_, join.block, joinIndex);
    return started && joined && (started->first < joined->first || started->limit > joined->limit);
}

void Simulator::findLoopJoins() {
    for (ir::Index b = 0; b < code_.blocks.size(); ++b) {
        if (flow_.position[b] == ir::kNone || !flow_.inLoop(b))
            continue;
        for (const ir::Instr& instr : code_.blocks[b].instrs) {
            bool joins = instr.op == ir::Op::join || instr.op == ir::Op::futureGet || instr.op == ir::Op::detach;
            if (!joins || instr.operands.empty() || !isCollectionHandle(instr.operands[0]))
                continue;
            LoopJoins& loop = loopJoins_[flow_.loop[b]];
            if (instr.op != ir::Op::detach)
                for (SpawnId spawn : spawnsOfHandle(instr.operands[0]))
                    if (!leavesSome(spawn, {function_, b, 0}, instr.operands[0].place))
                        insert(loop.spawns, spawn);
            const std::optional<IndexRange> range = rangeOf(code_, flow_, b, indexVariable(instr.operands[0].place));
            for (LocationId location : handleLocations(instr.operands[0]))
                loop.handles.try_emplace(location, range);
        }
    }
}

/// Threads joined one by one from a collection are joined once the loop is left, even on the path that never entered it:
/// that path started none either.
void Simulator::finishLoopJoins(State& state, const LoopJoins& joins) {
    for (SpawnId spawn : joins.spawns)
        killSpawn(state, spawn);
    std::vector<LocationId> locations;
    for (const auto& [location, range] : joins.handles)
        locations.push_back(location);
    for (const Handle& handle : state.handles)
        if (handle.location != kNoId && isJoinedElement(handle.location, joins))
            insert(locations, handle.location);
    releaseAt(state, locations);
}

/// `threads[1]`, for a loop that joins `threads[i]`.
bool Simulator::isJoinedElement(LocationId element, const LoopJoins& joins) const {
    const ir::Step step = in_.pointsTo.step(element);
    return step.kind == ir::StepKind::constant && std::ranges::any_of(joins.handles, [&](const auto& joined) {
               const auto& [location, range] = joined;
               return in_.pointsTo.step(location).kind == ir::StepKind::element &&
                      in_.pointsTo.parent(location) == in_.pointsTo.parent(element) &&
                      (!range || (range->first <= step.index && step.index < range->limit));
           });
}

} // namespace deadheat::link
