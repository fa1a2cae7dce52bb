// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The threads of this process as the kernel knows them.
#pragma once

#include <cstddef>

namespace deadheat::intercept {

/// All of them, the calling one included.
std::size_t countTasks();

/// Returns when all other threads of the process, which are not the program's, have started and sleep. A process that is forked
/// before that has a C library that waits for their start for ever (setuid and its like do).
void awaitOtherThreadsAsleep();

} // namespace deadheat::intercept
