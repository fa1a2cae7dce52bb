// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat/task.h's side in the runtime. Tasks are told apart whether the program is explored or runs freely.
#include "runtime/include/deadheat/task.h"

#include "runtime/intercept/thread_record.h"
#include "runtime/tsan/edges.h"
#include "runtime/tsan/tasks.h"

namespace deadheat::intercept {

/// A task that begins deeper in the stack is not told apart: its fiber must have a frame for every later return.
constexpr std::size_t kDeepest = 1024;

extern "C" __attribute__((visibility("default"))) void deadheat_task_begin() {
    ThreadRecord* self = currentThread();
    if (!self || self->depth != 0 || self->callbacks != 0)
        return;
    ++self->depth;
    std::uintptr_t here[kDeepest];
    const std::size_t count = captureByTables(here, kDeepest, __builtin_return_address(0));
    // ThreadSanitizer keeps for each active function where it was called, so the place in the innermost one is not among them.
    if (count < kDeepest)
        tsan::beginTask(self->id, self->stackEnd, here + 1, count - 1);
    ++self->tasks;
    --self->depth;
}

extern "C" __attribute__((visibility("default"))) void deadheat_task_submitted(void* token) { tsan::releaseTo(token); }
extern "C" __attribute__((visibility("default"))) void deadheat_task_taken(void* token) { tsan::acquireFrom(token); }

} // namespace deadheat::intercept
