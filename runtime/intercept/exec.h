// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/sched/vector.h"

namespace deadheat::intercept {

/// In a program that has just been started: goes on with the run if it takes part in it.
bool continueAfterExec();

/// Can the program go on with the run, under control?
bool takesPartInRun(const char* path);
/// Before such a program is started.
void prepareProgram(const char* path);
/// As execvp looks for a program; false, with errno set, when there is none.
bool findInPath(const char* name, char* out, std::size_t bytes);

using Strings = sched::Vector<char*>;
/// The environment with what the runtime and ThreadSanitizer need to know.
void completeEnvironment(char* const* environment, Strings& out);

/// The thread goes on in another program.
void forgetPrivateLocks(ThreadRecord& self);
/// A program that is not controlled is being started.
void noteOutsideProgram(const char* what);

} // namespace deadheat::intercept
