// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neither the pool nor the submission says anything of tasks: functions called by another thread than their maker are.
// EXPECT: data-race
#include <deadheat/function_tasks.h>

#define PLAIN_WORKERS
#include "task_pool.h"

static int total;

int main() {
    std::future<void> first, second;
    Pool pool(1);
    first = pool.submit([] { ++total; });
#ifdef FIXED
    first.get();
#endif
    second = pool.submit([] { ++total; });
    second.get();
    return total == 2 ? 0 : 1;
}
