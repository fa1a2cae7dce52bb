// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parent waits for a child that waits for room in the pipe.
// EXPECT: deadlock
// RUN: deadlock
#include "processes.h"

enum { kBytes = 100000 };
static int results[2];
static char data[kBytes];

static void produce(void) {
    for (size_t done = 0; done < kBytes;)
        done += (size_t)write(results[1], data + done, kBytes - done);
}

static void drain(void) {
    for (size_t done = 0; done < kBytes;)
        done += (size_t)read(results[0], data, kBytes - done);
}

int main(void) {
    pipe(results);
    const pid_t child = start(produce);
#ifdef FIXED
    drain();
    waitpid(child, NULL, 0);
#else
    waitpid(child, NULL, 0);
    drain();
#endif
    return 0;
}
