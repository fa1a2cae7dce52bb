// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pool knows nothing of tasks; the adapter wraps what is submitted.
// EXPECT: data-race
#define PLAIN_WORKERS
#include "task_pool.h"

#include <deadheat/tasks.h>

static int total;
#ifdef FIXED
static std::mutex guard;
#endif

int main() {
    Pool pool(1);
    for (int i = 0; i < 2; ++i)
        pool.post(deadheat::asTask([] {
#ifdef FIXED
            std::lock_guard lock(guard);
#endif
            ++total;
        }));
}
