// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two items are wanted, one is posted, by a child that inherited the named semaphore.
// EXPECT: deadlock
#include "processes.h"
#include <fcntl.h>
#include <stdio.h>

static sem_t* items;

static void produce(void) {
    sem_post(items);
#ifdef FIXED
    sem_post(items);
#endif
}

int main(void) {
    char name[64];
    snprintf(name, sizeof name, "/deadheat-items-%d", (int)getpid());
    items = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
    sem_unlink(name);
    const pid_t child = start(produce);
    sem_wait(items);
    sem_wait(items);
    waitpid(child, NULL, 0);
    return 0;
}
