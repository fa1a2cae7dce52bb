// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A named semaphore that each process opens for itself: it guards a counter in shared memory, but begins with room for two.
// EXPECT: data-race processes
#include "processes.h"
#include <fcntl.h>
#include <stdio.h>

static char name[64];
static int* count;

static void add(void) {
    sem_t* guard = sem_open(name, 0);
    sem_wait(guard);
    ++*count;
    sem_post(guard);
    sem_close(guard);
}

int main(void) {
#ifdef FIXED
    const unsigned room = 1;
#else
    const unsigned room = 2;
#endif
    snprintf(name, sizeof name, "/deadheat-guard-%d", (int)getpid());
    count = shareMemory(sizeof *count);
    sem_t* guard = sem_open(name, O_CREAT | O_EXCL, 0600, room);
    const pid_t a = start(add), b = start(add);
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    sem_close(guard);
    sem_unlink(name);
    return 0;
}
