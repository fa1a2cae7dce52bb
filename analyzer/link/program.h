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
#include <unordered_map>
#include <vector>

namespace deadheat::link {

struct WholeProgram;

/// What expressions may denote as addresses; remembers its answers. Not thread safe.
class ExprLocations {
public:
    explicit ExprLocations(const WholeProgram& program) : p_(program) {}
    /// Sorted; empty: unknown. Valid as long as this object.
    const std::vector<LocationId>& of(FunctionId function, ExprId address);
    /// What it may denote in one context of the function, with what the callers of that context pass.
    /// Empty, as where nothing is known, for more than `most`.
    std::vector<LocationId> in(const Context& context, ExprId address, std::size_t most = ~std::size_t{0});
    /// Whether it starts from a parameter of which the context knows where it points to.
    bool isBound(const Context& context, ExprId address) const;
    /// Says that the allocation `here` is what a callee has made and called `there`.
    void noteImport(ExprId here, FunctionId callee, ExprId there) { imported_.try_emplace(here, callee, there); }

private:
    SetId& known(FunctionId function, ExprId address);
    std::vector<LocationId> compute(FunctionId function, ExprId address);
    std::vector<LocationId> pointeesOf(const std::vector<LocationId>& holders) const;
    std::vector<LocationId> step(const Expr& e, const std::vector<LocationId>& bases) const;
    std::vector<LocationId> bound(const std::vector<LocationId>& targets, ExprId address) const;

    const WholeProgram& p_;
    SetTable<LocationId> sets_;
    std::unordered_map<ExprId, std::pair<FunctionId, ExprId>> imported_;
    std::vector<SetId> absolute_; ///< by expression that no parameter is part of; kNoId: not asked for yet
    std::unordered_map<std::uint64_t, SetId> scoped_; ///< by function and expression, the others
};

struct WholeProgram {
    ir::Module code;
    std::vector<FunctionId> functionOfSymbol;
    std::unique_ptr<PointsTo> pointsTo;
    std::unique_ptr<ExprTable> exprs;
    SpawnTable spawns;
    std::vector<FunctionFacts> facts; ///< by function
    Contexts contexts;
    std::vector<char> sharedObject; ///< by ObjectId: more than one thread can reach it
    std::unique_ptr<ExprLocations> exprLocations;

    /// What following an expression has discovered since then came from unknown code.
    bool isShared(ObjectId object) const { return object >= sharedObject.size() || sharedObject[object]; }
    const ir::Instr& instr(InstrRef at) const { return instrAt(code, at); }
    const ir::Function& function(FunctionId id) const { return code.functions[id]; }
};

/// Links modules into a program and runs all whole-program analyses. Deterministic for a given order of modules.
std::unique_ptr<WholeProgram> link(std::vector<ir::Module> modules);

/// What an expression in `function`'s vocabulary may denote as an address; sorted. Empty: unknown.
inline const std::vector<LocationId>& locationsOf(const WholeProgram& program, FunctionId function, ExprId address) {
    return program.exprLocations->of(function, address);
}

} // namespace deadheat::link
