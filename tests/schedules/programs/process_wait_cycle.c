// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parent waits for the child, which waits for the parent's go.
// EXPECT: deadlock
// RUN: deadlock
#include "processes.h"

static int go[2];

static void work(void) {
    char order;
    read(go[0], &order, 1);
}

int main(void) {
    pipe(go);
    const pid_t child = start(work);
#ifdef FIXED
    write(go[1], "g", 1);
    waitpid(child, NULL, 0);
#else
    waitpid(child, NULL, 0);
    write(go[1], "g", 1);
#endif
    return 0;
}
