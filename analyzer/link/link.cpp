// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/program.h"

#include "analyzer/link/assumed_locks.h"
#include "analyzer/link/call_graph.h"
#include "analyzer/link/context_builder.h"
#include "analyzer/link/ended_pointers.h"
#include "analyzer/link/factory_copies.h"
#include "analyzer/link/merge.h"
#include "analyzer/link/placed_objects.h"
#include "analyzer/link/programs.h"
#include "analyzer/link/recorded_starts.h"
#include "analyzer/link/replaceable_functions.h"
#include "analyzer/link/shared_objects.h"
#include "analyzer/link/start_wrappers.h"

#include <algorithm>

namespace deadheat::link {

namespace {

SpawnTable findSpawns(const ir::Module& code) {
    SpawnTable table;
    for (FunctionId f = 0; f < code.functions.size(); ++f)
        for (ir::Index b = 0; b < code.functions[f].blocks.size(); ++b)
            for (ir::Index i = 0; i < code.functions[f].blocks[b].instrs.size(); ++i) {
                ir::Op op = code.functions[f].blocks[b].instrs[i].op;
                bool starts =
                    op == ir::Op::spawn || op == ir::Op::submit || op == ir::Op::fork || op == ir::Op::signalHandler;
                if (!starts)
                    continue;
                InstrRef at{f, b, i};
                table.ids[at] = static_cast<SpawnId>(table.sites.size());
                table.sites.push_back(at);
            }
    return table;
}

bool setsAndTests(const ir::Instr& instr) {
    return instr.op == ir::Op::readWrite && instr.order != ir::MemoryOrder::notAtomic &&
           instr.success != ir::Success::always;
}

std::vector<LocationId> findCounters(const WholeProgram& program) {
    std::vector<LocationId> counted, tested;
    auto append = [](std::vector<LocationId>& all, const std::vector<LocationId>& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    auto makeSet = [](std::vector<LocationId>& all) {
        std::ranges::sort(all);
        all.erase(std::unique(all.begin(), all.end()), all.end());
    };
    for (FunctionId f = 0; f < program.code.functions.size(); ++f)
        for (const ir::Block& block : program.code.functions[f].blocks) {
            for (const ir::Instr& instr : block.instrs)
                if (instr.flags.up || instr.flags.down)
                    append(counted, program.pointsTo->pointeesOf(f, instr.operands[0]));
            for (const ir::Value* side : {&block.condition.left, &block.condition.right})
                if (side->kind == ir::ValueKind::load)
                    append(tested, program.pointsTo->pointeesOf(f, {ir::ValueKind::address, side->place}));
        }
    makeSet(counted);
    makeSet(tested);
    intersect(counted, tested);
    return counted;
}

SynchronisingMemory findSynchronisingMemory(const WholeProgram& program) {
    SynchronisingMemory found;
    auto visit = [&](FunctionId function, const ir::Instr& instr) {
        if (instr.op != ir::Op::descriptorPair && !setsAndTests(instr))
            return;
        for (LocationId location : program.pointsTo->pointeesOf(function, instr.operands[0])) {
            const LocationId whole = program.pointsTo->parent(location);
            const bool isElement = whole != kNoId && program.pointsTo->step(location).kind != ir::StepKind::field;
            if (instr.op == ir::Op::descriptorPair)
                insert(found.pipes, isElement ? whole : location);
            else
                insert(found.spinWords, location);
        }
    };
    for (FunctionId f = 0; f < program.code.functions.size(); ++f)
        for (const ir::Block& block : program.code.functions[f].blocks)
            for (const ir::Instr& instr : block.instrs)
                visit(f, instr);
    found.counters = findCounters(program);
    return found;
}

/// Callees first; a recursive component twice, the second round with the first one's summaries. A thread's entry function
/// does not run inside its starter, so its summary may be missing there: nothing is then known to outlive it.
void simulateAll(WholeProgram& program, const CallGraph& graph) {
    const SynchronisingMemory synchronising = findSynchronisingMemory(program);
    const EndedPointers endedPointers(program.code, program.functionOfSymbol);
    SimulationInput input{program.code,   *program.pointsTo, program.functionOfSymbol,
                          program.spawns, synchronising,     endedPointers,
                          program.facts,  *program.exprs,    *program.exprLocations};
    for (const std::vector<FunctionId>& component : graph.components)
        for (std::size_t round = 0; round < (component.size() > 1 ? 2u : 1u); ++round)
            for (FunctionId function : component)
                if (!program.code.functions[function].blocks.empty())
                    program.facts[function] = simulate(input, function);
}

} // namespace

std::unique_ptr<WholeProgram> link(std::vector<ir::Module> modules) {
    auto program = std::make_unique<WholeProgram>();
    std::ranges::stable_sort(modules, {}, &ir::Module::source); // whatever order they were named in
    keepProgramsApart(modules);
    program->code = merge(std::move(modules));
    callReplaceableFunctions(program->code);
    placeObjectsInSharedMemory(program->code);
    copyStartWrappers(program->code);
    copyRecordedStarts(program->code);
    copyFactories(program->code);
    assumeLocks(program->code);
    program->functionOfSymbol = functionsBySymbol(program->code);
    program->pointsTo = std::make_unique<PointsTo>(program->code);
    program->exprs = std::make_unique<ExprTable>(program->code);
    program->exprLocations = std::make_unique<ExprLocations>(*program);
    program->spawns = findSpawns(program->code);
    program->facts.resize(program->code.functions.size());
    const CallGraph graph(program->code, *program->pointsTo);
    simulateAll(*program, graph);
    ContextBuilder(*program, graph).run();
    program->sharedObject = findSharedObjects(*program);
    return program;
}

} // namespace deadheat::link
