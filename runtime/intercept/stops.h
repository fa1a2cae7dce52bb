// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signals that stop a process and continue it. The kernel is not told of them: a process that is stopped in the model only gets
// no turn, and can still do what the runtime needs all processes for.
#pragma once

#include "runtime/intercept/call.h"
#include "runtime/model/processes.h"

namespace deadheat::intercept {

/// Would `signal` stop the process, as it handles signals now?
bool wouldStop(const model::Process& process, int signal);

/// Returns when the process runs again, if it is the caller's own.
void stopProcess(Call& call, model::Process& process, int signal);
void continueProcess(const ThreadRecord& continuer, model::Process& process);

/// The key of its stops for the order of events: what was before comes before what a parent does that has seen it.
std::uint64_t stopsOf(const model::Process& process);

} // namespace deadheat::intercept
