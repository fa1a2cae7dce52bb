// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The records that a tested program left in the control block, as findings.
#pragma once

#include "report/finding.h"
#include "runtime/launch/stacks.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace deadheat::launch {

using Records = std::vector<nlohmann::json>;

/// Splits the report area into records; a last line that was cut off is left out.
Records parseRecords(const std::string& area);

/// The findings in the records, in the order in which they arose; the same defect once.
std::vector<report::Finding> toFindings(const Records& records, Stacks& stacks);

/// How a program ended that should have ended well. `output` is the end of what it printed.
report::Finding abnormalEnd(int waitStatus, const std::string& program, const std::string& output);
/// `systemCall`: what the thread that had the turn was in; negative: nothing.
report::Finding stuckOutside(const std::string& program, unsigned milliseconds, long systemCall);

/// "mutex 'name'", or a number where no symbol names the object.
std::string describeObject(const nlohmann::json& object, Stacks& stacks);
/// The bare name for lists of locks.
std::string nameOfLock(const nlohmann::json& object, Stacks& stacks);

// One per kind of record.
report::Finding fromTsan(const nlohmann::json& record, Stacks& stacks);
report::Finding fromLockOrder(const nlohmann::json& record, Stacks& stacks);
report::Finding fromStuck(const nlohmann::json& record, Stacks& stacks);
report::Finding fromProcessRace(const nlohmann::json& record, Stacks& stacks);
report::Finding fromLostUpdate(const nlohmann::json& record, Stacks& stacks);
report::Finding fromTooManyProcesses(const nlohmann::json& record, Stacks& stacks);
report::Finding fromChildCrash(const nlohmann::json& record, Stacks& stacks);

} // namespace deadheat::launch
