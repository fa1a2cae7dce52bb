// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The linked program: every answer that the checks stand on. Built once, then read only (thread safe for reading, except
// that expressions may not be created).
//
//   modules -> merge -> points-to, call graph -> simulation (callees first) -> thread roots and contexts -> checks
#pragma once

#include "analyzer/link/contexts.h"
#include "analyzer/link/expr.h"
#include "analyzer/link/facts.h"
#include "analyzer/link/points_to.h"
#include "analyzer/link/simulate.h"

#include <memory>
#include <vector>

namespace deadheat::link {

class Parallelism;

struct WholeProgram {
    ir::Module code;
    std::vector<FunctionId> functionOfSymbol;
    std::unique_ptr<PointsTo> pointsTo;
    std::unique_ptr<ExprTable> exprs;
    SpawnTable spawns;
    std::vector<FunctionFacts> facts; ///< by function
    Contexts contexts;
    std::vector<char> sharedObject;   ///< by ObjectId: more than one thread can reach it

    const ir::Instr& instr(InstrRef at) const { return instrAt(code, at); }
    const ir::Function& function(FunctionId id) const { return code.functions[id]; }
};

/// Links modules into a program and runs all whole-program analyses. Deterministic for a given order of modules.
std::unique_ptr<WholeProgram> link(std::vector<ir::Module> modules);

/// What an expression in `function`'s vocabulary may denote as an address; sorted. Empty: unknown.
std::vector<LocationId> locationsOf(const WholeProgram& program, FunctionId function, ExprId address);

} // namespace deadheat::link
