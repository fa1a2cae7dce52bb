// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks on ThreadSanitizer's fibers: two tasks that one worker ran one after the other are as unordered as on two workers.
// Each task is a fiber made from the worker's state before its first task, so that it comes after what started the worker
// and, through its token or the locks it takes itself, after its submission, but not after the tasks before it. The stack
// and the thread-locals of a worker serve all its tasks: reports about them are dropped.
//
// Of a task with a known end, the thread that ran it is the thread again afterwards and comes after it. What the thread did
// between two tasks, such as to move a callable out of a queue, has no order with the later one: those reports are dropped
// as well.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deadheat::tsan {

struct TaskPlace {
    std::uint32_t worker; ///< number of the calling thread
    std::uintptr_t stackEnd;
    const std::uintptr_t* stack; ///< innermost first: frames that the task's reports show and that later returns leave
    std::size_t frames;
};

/// What the calling thread was when a task with a known end began.
struct OuterTask {
    void* fiber;
    void* root;
    void* task;
};

/// From here on the calling thread performs a new task, until it begins the next.
void beginTask(const TaskPlace& place);
/// From here on the calling thread performs a new task, ordered after the releases of `token`, until leaveTask.
OuterTask enterTask(const TaskPlace& place, void* token);
void leaveTask(const OuterTask& outer);
/// The calling thread performs no more tasks; what it does from here on comes after all of them.
void endTasks();

} // namespace deadheat::tsan
