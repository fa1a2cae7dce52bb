// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the kernel says that a thread of this process waits for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deadheat::intercept {

struct SystemCallWait {
    bool endless = false;       ///< only other threads of the run can end it
    const char* kind = nullptr; ///< of what it waits for, as in reports
    std::uint64_t object = 0;   ///< the descriptor, if it is one
    std::uint64_t identity = 0; ///< changes when the thread has moved
};
SystemCallWait systemCallWaitOf(int tid, bool (*isOfRun)(int pid));

/// The pipes that are open when a program starts lead outside; a forked process knows them from its parent.
void noteOutsidePipes();

/// As readProcFile for a thread of this process; negative when there is no such file.
long readTaskFile(int tid, const char* name, char* out, std::size_t bytes);

} // namespace deadheat::intercept
