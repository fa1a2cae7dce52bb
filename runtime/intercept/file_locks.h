// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which processes of the run hold locks on files.
#pragma once

#include "runtime/intercept/thread_record.h"

namespace deadheat::intercept {

/// The calling process closes the descriptor, which gives up its locks.
void noteFileClosed(const ThreadRecord& self, int descriptor);
/// The process of the thread, its last, has ended.
void releaseFileLocksOf(const ThreadRecord& thread);
void resetFileLocks();

} // namespace deadheat::intercept
