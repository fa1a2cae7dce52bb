// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Three processes in a ring: each waits for its neighbour's token before it gives its own.
// EXPECT: deadlock
#include "processes.h"

static int ring[3][2];

static void pass(int number) {
    char token = 't';
    const int first =
#ifdef FIXED
        number == 0;
#else
        0;
#endif
    if (first)
        write(ring[1][1], &token, 1);
    read(ring[number][0], &token, 1);
    if (!first)
        write(ring[(number + 1) % 3][1], &token, 1);
}

static void one(void) { pass(1); }
static void two(void) { pass(2); }

int main(void) {
    for (int i = 0; i < 3; ++i)
        pipe(ring[i]);
    const pid_t a = start(one), b = start(two);
    pass(0);
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    return 0;
}
