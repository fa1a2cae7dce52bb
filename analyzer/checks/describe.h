// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turning facts into the words and places of a finding.
#pragma once

#include "analyzer/checks/check.h"

namespace deadheat::checks {

report::Location locate(const link::WholeProgram& program, const ir::Range& range);
report::Location locate(const link::WholeProgram& program, link::InstrRef at);

report::Step stepAt(const link::WholeProgram& program, link::InstrRef at, std::string message);

/// "main thread", "thread started at pool.cpp:12", "any caller".
std::string describeRoot(const link::WholeProgram& program, link::RootId root);

/// From the root's entry to the function of `context`: one step per call, outermost first.
std::vector<report::Step> callPath(const link::WholeProgram& program, link::ContextId context);

/// As the source spells it in the function where it was taken: "this->mutex_", "g_lock".
std::string spellLock(const link::WholeProgram& program, link::ExprId lock, link::FunctionId scope);

/// A name that does not depend on the place: "Bank::mutex_", "g_lock"; falls back to the spelling.
std::string nameLock(const link::WholeProgram& program, link::ExprId lock, link::FunctionId scope);

/// "a, b and c".
std::string listOf(const std::vector<std::string>& items);

} // namespace deadheat::checks
