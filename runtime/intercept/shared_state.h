// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state of a controlled run lies in the control block, at the same address in every process of the run: the Shared
// objects and the memory they own. So forked children take part in one run with one engine.
#pragma once

namespace deadheat::intercept {

/// Puts fresh shared memory in the place of all Shared objects. What they held before is forgotten.
void shareState();
/// The same in a program that another process of the run has exec'ed: takes the objects as they are.
void attachState();

} // namespace deadheat::intercept
