// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tells Deadheat which work of a thread is a task of its own, so that two tasks that race are found even when one worker ran
// both. One call at the head of a worker's loop is enough, before it takes the next task from its queue:
//
//     for (;;) {
//         deadheat_begin_task();
//         Job job = queue.take();     // the queue's lock orders the task after its submission
//         job();
//     }
//
// Ready adapters for pools that cannot be changed are in <deadheat/tasks.h>. Without Deadheat's runtime the call does
// nothing. What a task does is ordered after its submission and after whatever it waits for, not after the tasks before it;
// what the worker keeps for itself from one task to the next must lie on its stack, be thread-local or be guarded.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

void deadheat_task_begin(void) __attribute__((weak));

// For adapters, whose tasks have a known end: enter gives 0 where no task can begin; else leave must follow on the same
// thread. The task comes after all calls of submitted with its token.
struct deadheat_task {
    void* outer[3];
};
void deadheat_task_submitted(void* token) __attribute__((weak));
int deadheat_task_enter(struct deadheat_task* task, void* token) __attribute__((weak));
void deadheat_task_leave(const struct deadheat_task* task) __attribute__((weak));

static inline void deadheat_begin_task(void) {
    if (deadheat_task_begin)
        deadheat_task_begin();
}

#ifdef __cplusplus
}
#endif
