// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/model/processes.h"

namespace deadheat::intercept {

/// Makes forked processes leave the run after their last exit handler. Call before any handler is registered.
void watchExit();

/// When a signal that says that something is wrong has ended the process.
void reportDeadProcess(const model::Process& process);

} // namespace deadheat::intercept
