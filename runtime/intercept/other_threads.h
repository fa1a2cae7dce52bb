// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace deadheat::intercept {

/// Returns when all other threads of the process, which are not the program's, have started and sleep. A process that is forked
/// before that has a C library that waits for their start for ever (setuid and its like do).
void awaitOtherThreadsAsleep();

} // namespace deadheat::intercept
