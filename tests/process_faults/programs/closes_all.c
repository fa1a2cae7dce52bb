// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data race between processes
// A child that closes every descriptor, as daemons do, is under control all the same.
#include "../../schedules/programs/processes.h"

static int* value;

static void work(void) {
    for (int i = 0; i < 1024; ++i)
        close(i);
    ++*value;
}

int main(void) {
    value = shareMemory(sizeof *value);
    const pid_t child = start(work);
    ++*value;
    waitpid(child, NULL, 0);
    return 0;
}
