// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What copies of functions for their callers have in common.
#pragma once

#include "analyzer/link/ids.h"

#include <set>

namespace deadheat::link {

/// The parameter that the value is; kNone for other values.
ir::Index parameterOf(const ir::Function& function, const ir::Value& value);

/// Whether a parameter is what the caller passed wherever the function reads it.
bool staysAsPassed(const ir::Function& function, ir::Index parameter);

/// Makes declarations of those that nobody calls or names any more: they would look like entry points for unknown callers.
void declareUnused(ir::Module& code, const std::set<FunctionId>& functions);

} // namespace deadheat::link
