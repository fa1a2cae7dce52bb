// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each process opens the FIFO that it reads first: neither gets to the one that it writes.
// EXPECT: deadlock
#include "processes.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static char there[64], back[64];

static void answer(void) {
    char message = 0;
#ifdef FIXED
    const int in = open(there, O_RDONLY), out = open(back, O_WRONLY);
#else
    const int out = open(back, O_WRONLY), in = open(there, O_RDONLY);
#endif
    read(in, &message, 1);
    write(out, &message, 1);
}

int main(void) {
    char message = 'x';
    snprintf(there, sizeof there, "there-%d", (int)getpid());
    snprintf(back, sizeof back, "back-%d", (int)getpid());
    mkfifo(there, 0600);
    mkfifo(back, 0600);
    const pid_t child = start(answer);
    const int out = open(there, O_WRONLY), in = open(back, O_RDONLY);
    write(out, &message, 1);
    message = 0;
    read(in, &message, 1);
    waitpid(child, NULL, 0);
    unlink(there);
    unlink(back);
    return message == 'x' ? 0 : 1;
}
