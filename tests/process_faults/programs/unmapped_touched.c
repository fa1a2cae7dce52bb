// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: a child process ends with signal 11
// A child unmaps the shared memory and uses it.
#include "../../schedules/programs/processes.h"

static volatile int* value;

static void work(void) {
    munmap((void*)value, 4096);
    *value = 1;
}

int main(void) {
    value = shareMemory(4096);
    waitpid(start(work), NULL, 0);
    return 0;
}
