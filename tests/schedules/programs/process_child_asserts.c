// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child fails, in one order only, and nobody looks at its status.
// EXPECT: crash child-process
#include "processes.h"

static atomic_int* stage;

static void check(void) {
#ifndef FIXED
    assert(atomic_load(stage) != 2);
#endif
}

int main(void) {
    stage = shareMemory(sizeof *stage);
    const pid_t child = start(check);
    atomic_store(stage, 2);
    atomic_store(stage, 3);
    waitpid(child, NULL, 0);
    return 0;
}
