// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Free running: do all threads of all processes of the run wait for each other? Each process's watch judges its own threads
// by the system calls that they are in, and publishes the answer in the control block; when all agree, each reports its threads.
// Only waits that nobody outside can end count: locks and the like, anonymous pipes that were not there at the start, children.
#pragma once

namespace deadheat::intercept {

/// The calling process, started by the launcher, forked or run by exec, takes part.
void joinStandstill();
/// It is about to become a program that has no watch.
void leaveStandstill();
/// One look of the watch of this process. Ends the process when all processes stand still.
void lookForStandstill();

} // namespace deadheat::intercept
