// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/call.h"
#include "runtime/sched/operation.h"

namespace deadheat::intercept {

/// The step of a call that looks at files or changes them.
void reachFile(Call& call, sched::OperationKind kind);

} // namespace deadheat::intercept
