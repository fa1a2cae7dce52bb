// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks on ThreadSanitizer's fibers: two tasks that one worker ran one after the other are as unordered as on two workers.
// Each task is a fiber made from the worker's state before its first task (the root), so that it comes after what started
// the worker and, through the locks it takes itself, after its submission, but not after the tasks before it. The stack and
// the thread-locals of a worker serve all its tasks: reports about them are dropped.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deadheat::tsan {

/// From here on the calling thread, number `worker`, performs a new task. `stack` (innermost first, 0 ends it) is where:
/// frames that the task's reports show and that later returns leave.
void beginTask(std::uint32_t worker, std::uintptr_t stackEnd, const std::uintptr_t* stack, std::size_t frames);
/// The calling thread performs no more tasks; what it does from here on comes after all of them.
void endTasks();

} // namespace deadheat::tsan
