// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Workers of a process pool choose their result's slot by an unguarded index.
// EXPECT: data-race processes
#include "processes.h"

enum { kWorkers = 3 };
static struct {
    atomic_int claimed;
    int used;
    int results[kWorkers];
}* pool;

static void work(void) {
#ifdef FIXED
    const int slot = atomic_fetch_add(&pool->claimed, 1);
#else
    const int slot = pool->used++;
#endif
    pool->results[slot] = 1;
}

int main(void) {
    pool = shareMemory(sizeof *pool);
    for (int i = 0; i < kWorkers; ++i)
        start(work);
    for (int i = 0; i < kWorkers; ++i)
        wait(NULL);
    int done = 0;
    for (int i = 0; i < kWorkers; ++i)
        done += pool->results[i];
    return done == kWorkers ? 0 : 1;
}
