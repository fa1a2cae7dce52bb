// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Locks on two parts of a file in opposite orders, one of them held until the process ends.
// EXPECT: deadlock
#include "processes.h"
#include <fcntl.h>
#include <stdio.h>

static int file;

static void lockPart(off_t part) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = part, .l_len = 1};
    fcntl(file, F_SETLKW, &lock);
}

static void first(void) {
    lockPart(0);
    lockPart(1);
}

static void second(void) {
#ifdef FIXED
    lockPart(0);
    lockPart(1);
#else
    lockPart(1);
    lockPart(0);
#endif
}

int main(void) {
    char name[64];
    snprintf(name, sizeof name, "records-%d", (int)getpid());
    file = open(name, O_RDWR | O_CREAT, 0600);
    unlink(name);
    const pid_t a = start(first), b = start(second);
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    return 0;
}
