// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What went wrong in a module, as a report tells it.
#pragma once

#include "analyzer/ir/ir.h"
#include "report/report.h"

#include <vector>

namespace deadheat::pipeline {

/// Whether the unit has errors of the language, apart from functions that could not be lowered.
bool hasErrors(const ir::Module& module);

/// One for all parse errors together, at the first of them; one for each function that was lost.
std::vector<report::Notification> notificationsOf(const ir::Module& module);

} // namespace deadheat::pipeline
