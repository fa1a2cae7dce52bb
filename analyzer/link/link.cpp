// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/program.h"

#include "analyzer/link/call_graph.h"
#include "analyzer/link/context_builder.h"
#include "analyzer/link/merge.h"

#include <algorithm>

namespace deadheat::link {

namespace {

SpawnTable findSpawns(const ir::Module& code) {
    SpawnTable table;
    for (FunctionId f = 0; f < code.functions.size(); ++f)
        for (ir::Index b = 0; b < code.functions[f].blocks.size(); ++b)
            for (ir::Index i = 0; i < code.functions[f].blocks[b].instrs.size(); ++i) {
                ir::Op op = code.functions[f].blocks[b].instrs[i].op;
                bool starts = op == ir::Op::spawn || op == ir::Op::submit || op == ir::Op::fork || op == ir::Op::signalHandler;
                if (!starts) continue;
                InstrRef at{f, b, i};
                table.ids[at] = static_cast<SpawnId>(table.sites.size());
                table.sites.push_back(at);
            }
    return table;
}

/// Callees first; a recursive component twice, the second round with the first one's summaries. A thread's entry function
/// does not run inside its starter, so its summary may be missing there: nothing is then known to outlive it.
void simulateAll(WholeProgram& program) {
    CallGraph graph(program.code, *program.pointsTo);
    SimulationInput input{program.code, *program.pointsTo, program.functionOfSymbol, program.spawns, program.facts, *program.exprs};
    for (const std::vector<FunctionId>& component : graph.components)
        for (std::size_t round = 0; round < (component.size() > 1 ? 2u : 1u); ++round)
            for (FunctionId function : component)
                if (!program.code.functions[function].blocks.empty()) program.facts[function] = simulate(input, function);
}

/// An object that a global, another thread or unknown code can reach; everything reachable from a shared object is shared.
void findSharedObjects(WholeProgram& program) {
    const PointsTo& pointsTo = *program.pointsTo;
    std::vector<std::vector<LocationId>> parts;
    for (LocationId location = 0; location < pointsTo.locationCount(); ++location) {
        ObjectId object = pointsTo.objectOf(location);
        if (object == kNoId) continue; // a temporary of the solver
        if (parts.size() <= object) parts.resize(object + 1);
        parts[object].push_back(location);
    }
    program.sharedObject.assign(parts.size(), 0);
    std::vector<ObjectId> work;
    auto share = [&](ObjectId object) {
        if (object >= parts.size() || program.sharedObject[object]) return;
        program.sharedObject[object] = 1;
        work.push_back(object);
    };
    for (ObjectId object = 0; object < parts.size(); ++object) {
        if (parts[object].empty()) continue;
        ObjectKind kind = pointsTo.object(object).kind;
        if (kind == ObjectKind::global || kind == ObjectKind::foreign) share(object);
    }
    for (InstrRef site : program.spawns.sites)
        for (const ir::Value& operand : program.instr(site).operands)
            for (LocationId target : pointsTo.pointeesOf(site.function, operand)) share(pointsTo.objectOf(target));
    while (!work.empty()) {
        ObjectId object = work.back();
        work.pop_back();
        for (LocationId part : parts[object])
            for (LocationId target : pointsTo.pointees(part)) share(pointsTo.objectOf(target));
    }
}

InstrRef instructionOf(const ir::Module& code, FunctionId function, std::uint32_t serial) {
    std::uint32_t wanted = instructionOfSerial(serial);
    const ir::Function& f = code.functions[function];
    for (ir::Index b = 0; b < f.blocks.size(); ++b) {
        if (wanted < f.blocks[b].instrs.size()) return {function, b, wanted};
        wanted -= f.blocks[b].instrs.size();
    }
    return {};
}

} // namespace

std::vector<LocationId> locationsOf(const WholeProgram& program, FunctionId function, ExprId address) {
    const ExprTable& exprs = *program.exprs;
    const PointsTo& pointsTo = *program.pointsTo;
    const Expr e = exprs[address];
    std::vector<LocationId> result;
    auto follow = [&](const std::vector<LocationId>& holders) {
        for (LocationId holder : holders)
            for (LocationId target : pointsTo.pointees(holder)) insert(result, target);
    };
    switch (e.kind) {
    case ExprKind::parameter: follow({pointsTo.localLocation(function, e.a)}); break;
    case ExprKind::global: result = {pointsTo.globalLocation(e.a)}; break;
    case ExprKind::local: result = {pointsTo.localLocation(e.a, e.b)}; break;
    case ExprKind::field:
        for (LocationId base : locationsOf(program, function, e.a)) insert(result, pointsTo.field(base, e.b));
        break;
    case ExprKind::element:
        for (LocationId base : locationsOf(program, function, e.a)) {
            bool known = e.b != kAnyElement && exprs.isNumber(e.b);
            insert(result, known ? pointsTo.element(base, exprs.numberOf(e.b)) : pointsTo.anyElement(base));
        }
        break;
    case ExprKind::load: follow(locationsOf(program, function, e.a)); break;
    case ExprKind::phi: follow(locationsOf(program, e.a, e.c)); break;
    case ExprKind::outer:
        for (LocationId part : locationsOf(program, function, e.a)) {
            LocationId whole = pointsTo.parent(part);
            if (whole != kNoId && pointsTo.step(part) == ir::Step{ir::StepKind::field, e.b}) insert(result, whole);
        }
        break;
    case ExprKind::allocation:
    case ExprKind::result: {
        InstrRef at = instructionOf(program.code, e.a, e.b);
        if (at && program.instr(at).result) follow(pointsTo.locationsOf(e.a, program.instr(at).result));
        break;
    }
    default: break;
    }
    return result;
}

std::unique_ptr<WholeProgram> link(std::vector<ir::Module> modules) {
    auto program = std::make_unique<WholeProgram>();
    program->code = merge(std::move(modules));
    program->functionOfSymbol = functionsBySymbol(program->code);
    program->pointsTo = std::make_unique<PointsTo>(program->code);
    program->exprs = std::make_unique<ExprTable>(program->code);
    program->spawns = findSpawns(program->code);
    program->facts.resize(program->code.functions.size());
    simulateAll(*program);
    ContextBuilder(*program).run();
    findSharedObjects(*program);
    return program;
}

} // namespace deadheat::link
