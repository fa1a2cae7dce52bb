// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
#include "../../schedules/programs/processes.h"

enum { kChildren = 64 };
static atomic_int* started;

static void work(void) { atomic_fetch_add(started, 1); }

int main(void) {
    started = shareMemory(sizeof *started);
    for (int i = 0; i < kChildren; ++i)
        start(work);
    for (int i = 0; i < kChildren; ++i)
        wait(NULL);
    return atomic_load(started) == kChildren ? 0 : 1;
}
