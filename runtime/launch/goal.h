// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run has to do to show a static finding: which places its threads must come to, and which report proves that they
// did. A race is proved by two accesses that race, one in each side's lines; a cycle of locks by a deadlock in which every
// thread of the cycle is on one of its edges and every edge has a thread.
#pragma once

#include "runtime/launch/program_code.h"

#include <nlohmann/json.hpp>

namespace deadheat::launch {

/// An access of a race, or an edge of a cycle of locks. Several places: any of them will do.
struct Side {
    std::vector<CodePlace> first; ///< of an edge: where its first lock is taken
    std::vector<CodePlace> places;
};

struct Goal {
    sched::Aim aim = sched::Aim::nothing;
    std::vector<Side> sides;
    std::string whyNot; ///< when there is nothing to aim at
};

Goal goalOf(const report::Finding& finding, const ProgramCode& code);

/// Steers a run at the goal.
void aim(const Goal& goal, const ProgramCode& code, sched::ControlBlock& block);

/// For schedule files.
std::string toText(const Goal& goal);
/// Throws report::UserError.
Goal goalFromText(const std::string& text, const ProgramCode& code);

enum class Proof {
    none,
    firstPlace, ///< a race of the first side's lines with themselves: the finding names another second access
    whole,
};
/// Does the record of a run prove the goal's finding?
Proof proofIn(const nlohmann::json& record, const Goal& goal, Stacks& stacks);

/// A clause that says how near all schedules came to a goal that was not proved.
std::string howNear(const Goal& goal, const sched::Targets& targets);

/// A clause that names the places for which the program has no code; empty when there is none.
std::string missingCode(const Goal& goal, const ProgramCode& code);

} // namespace deadheat::launch
