// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a worker keeps on its stack or thread-local is its own in every task; what lies on the heap is not.
// EXPECT: data-race
#include "task_pool.h"

static thread_local int mine;
static int* ours = new int(0);

static void work() {
#ifdef FIXED
    ++mine;
#else
    ++*ours;
#endif
}

int main() {
    Pool pool(2);
    for (int i = 0; i < 4; ++i)
        pool.post(work);
}
