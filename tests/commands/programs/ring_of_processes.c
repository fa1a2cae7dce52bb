// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each of many processes waits for a token that its neighbour would give it.
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kProcesses = 12 };

static int ring[kProcesses][2];

static void pass(int number) {
    char token = 't';
    if (read(ring[number][0], &token, 1) != 1 || write(ring[(number + 1) % kProcesses][1], &token, 1) != 1)
        abort();
}

int main(void) {
    for (int i = 0; i < kProcesses; ++i)
        if (pipe(ring[i]) != 0)
            return 2;
    for (int i = 1; i < kProcesses; ++i)
        if (fork() == 0) {
            pass(i);
            _exit(0);
        }
    pass(0);
    while (wait(NULL) > 0) {
    }
    return 0;
}
