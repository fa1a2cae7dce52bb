// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Both sides write more than a pipe holds before they read.
// EXPECT: deadlock
// RUN: deadlock
#include "processes.h"

enum { kBytes = 100000 };
static int there[2], back[2];
static char data[kBytes];

static void sendAll(int pipe) {
    for (size_t done = 0; done < kBytes;)
        done += (size_t)write(pipe, data + done, kBytes - done);
}

static void receiveAll(int pipe) {
    for (size_t done = 0; done < kBytes;)
        done += (size_t)read(pipe, data, kBytes - done);
}

static void answer(void) {
#ifdef FIXED
    receiveAll(there[0]);
    sendAll(back[1]);
#else
    sendAll(back[1]);
    receiveAll(there[0]);
#endif
}

int main(void) {
    pipe(there);
    pipe(back);
    const pid_t child = start(answer);
    sendAll(there[1]);
    receiveAll(back[0]);
    waitpid(child, NULL, 0);
    return 0;
}
