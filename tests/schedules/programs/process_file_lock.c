// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Processes guard shared memory by a lock on a file; one takes it for reading only.
// EXPECT: data-race processes
#include "processes.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

static char name[64];
static int* count;

static void add(int kind) {
    const int file = open(name, O_RDWR | O_CREAT, 0600);
    flock(file, kind);
    ++*count;
    close(file); // gives the lock up
}

static void writer(void) { add(LOCK_EX); }
#ifdef FIXED
static void other(void) { add(LOCK_EX); }
#else
static void other(void) { add(LOCK_SH); }
#endif

int main(void) {
    snprintf(name, sizeof name, "lock-%d", (int)getpid());
    count = shareMemory(sizeof *count);
    const pid_t a = start(writer), b = start(other), c = start(other);
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    waitpid(c, NULL, 0);
    unlink(name);
    return 0;
}
