// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/program.h"
#include "analyzer/link/settled_fields.h"

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
#include "analyzer/link/synchronising_memory.h"

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

/// Callees first; a recursive component twice, the second round with the first one's summaries. A thread's entry function
/// does not run inside its starter, so its summary may be missing there: nothing is then known to outlive it.
void simulateAll(WholeProgram& program, const CallGraph& graph) {
    const SynchronisingMemory synchronising = findSynchronisingMemory(program);
    const EndedPointers endedPointers(program.code, program.functionOfSymbol);
    const SettledFields settledFields(program.code);
    SimulationInput input{
        program.code,  *program.pointsTo, program.functionOfSymbol, program.spawns,        synchronising, endedPointers,
        settledFields, program.facts,     *program.exprs,           *program.exprLocations};
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
