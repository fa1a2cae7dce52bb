// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/call.h"

namespace deadheat::intercept {

/// Child processes that ended and were never waited for.
void reportUnwaitedChildren();

/// Makes the records of a child that `call` is about to start, in a process that has the turn.
ThreadRecord& prepareProcess(Call& call);
/// The child is there; not positive: it could not be started.
void noteStarted(ThreadRecord& child, int pid);
/// In a forked child of a free run: it has none itself.
void forgetChildren();
/// Does a program run that the run has started and that is not controlled?
bool anyOutsideProgram();
/// popen and pclose, which have children of their own: one more or one less.
void countPipedPrograms(int change);
/// A child that is not controlled.
void noteOutsideChild(int pid, void* caller);

} // namespace deadheat::intercept
