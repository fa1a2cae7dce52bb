// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each access is atomic, the update is not.
// EXPECT: crash
#include "processes.h"

static atomic_int* total;

static void add(void) {
#ifdef FIXED
    atomic_fetch_add(total, 1);
#else
    atomic_store(total, atomic_load(total) + 1);
#endif
}

int main(void) {
    total = shareMemory(sizeof *total);
    const pid_t a = start(add), b = start(add);
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    return atomic_load(total) == 2 ? 0 : 1;
}
