// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Path-sensitive simulation of one function over its reduced CFG, with callees' summaries: which locks are held where, what
// pointers are, which handles are joinable, what is published. Functions are simulated callees first; within a recursive
// component the first round knows nothing of the others and a second round uses the first one's summaries.
// Cost: about blocks x states x memory entries; kMaxVisits bounds the rounds over one block.
#pragma once

#include "analyzer/link/facts.h"
#include "analyzer/link/points_to.h"

#include <unordered_map>
#include <vector>

namespace deadheat::link {

/// Where threads, processes and tasks are started, in program order.
struct SpawnTable {
    std::vector<InstrRef> sites;
    std::unordered_map<InstrRef, SpawnId, InstrRefHash> ids;
};

class EndedPointers;        // ended_pointers.h
class ExprLocations;        // program.h
class SettledFields;        // settled_fields.h
struct SynchronisingMemory; // synchronising_memory.h

/// What simulation needs of the whole program. All references outlive the call.
struct SimulationInput {
    const ir::Module& code;
    const PointsTo& pointsTo;
    const std::vector<FunctionId>& functionOfSymbol;
    const SpawnTable& spawns;
    const SynchronisingMemory& synchronising;
    const EndedPointers& endedPointers;
    const SettledFields& settledFields;
    const std::vector<FunctionFacts>& facts; ///< by function; summaries of callees are read from here
    ExprTable& exprs;
    ExprLocations& locations;
};

/// Simulates `function`; never fails. The result replaces facts[function].
FunctionFacts simulate(const SimulationInput& input, FunctionId function);

} // namespace deadheat::link
