// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace deadheat::intercept {

/// Is this program, which has just started, one that a process of a run under way has exec'ed? Then it goes on with the run.
bool continueAfterExec();

} // namespace deadheat::intercept
