// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat/task.h's side in the runtime. Tasks are told apart whether the program is explored or runs freely.
#include "runtime/include/deadheat/task.h"

#include "runtime/intercept/thread_record.h"
#include "runtime/tsan/edges.h"
#include "runtime/tsan/tasks.h"

#include <cstring>

namespace deadheat::intercept {

/// A task that begins deeper in the stack is not told apart: its fiber must have a frame for every later return.
constexpr std::size_t kDeepest = 1024;

namespace {

/// Calls `begin` with where the caller of a hook is, unless no task can begin there.
template <typename Begin>
bool atTaskPlace(void* caller, Begin begin) {
    ThreadRecord* self = currentThread();
    if (!self || self->depth != 0 || self->callbacks != 0)
        return false;
    ++self->depth;
    std::uintptr_t here[kDeepest];
    const std::size_t count = captureByTables(here, kDeepest, caller);
    // ThreadSanitizer keeps for each active function where it was called, so the place in the innermost one is not among them.
    if (count < kDeepest)
        begin(tsan::TaskPlace{self->id, self->stackEnd, here + 1, count - 1});
    ++self->tasks;
    --self->depth;
    return count < kDeepest;
}

} // namespace

extern "C" __attribute__((visibility("default"))) void deadheat_task_begin() {
    atTaskPlace(__builtin_return_address(0), [](const tsan::TaskPlace& place) { tsan::beginTask(place); });
}

extern "C" __attribute__((visibility("default"))) int deadheat_task_enter(deadheat_task* task, void* token) {
    const auto enter = [&](const tsan::TaskPlace& place) {
        const tsan::OuterTask outer = tsan::enterTask(place, token);
        static_assert(sizeof outer == sizeof *task);
        std::memcpy(task, &outer, sizeof outer);
    };
    return atTaskPlace(__builtin_return_address(0), enter);
}

extern "C" __attribute__((visibility("default"))) void deadheat_task_leave(const deadheat_task* task) {
    tsan::OuterTask outer;
    std::memcpy(&outer, task, sizeof outer);
    tsan::leaveTask(outer);
}

extern "C" __attribute__((visibility("default"))) void deadheat_task_submitted(void* token) { tsan::releaseTo(token); }

} // namespace deadheat::intercept
