// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two System V semaphores taken in opposite orders.
// EXPECT: deadlock
#include "processes.h"
#include <sys/sem.h>

static int set;

static void change(unsigned short number, short by) {
    struct sembuf operation = {number, by, 0};
    semop(set, &operation, 1);
}

static void useBoth(unsigned short first, unsigned short second) {
    change(first, -1);
    change(second, -1);
    change(second, 1);
    change(first, 1);
}

static void child(void) {
#ifdef FIXED
    useBoth(0, 1);
#else
    useBoth(1, 0);
#endif
}

int main(void) {
    set = semget(IPC_PRIVATE, 2, 0600);
    change(0, 1);
    change(1, 1);
    const pid_t other = start(child);
    useBoth(0, 1);
    waitpid(other, NULL, 0);
    semctl(set, 0, IPC_RMID);
    return 0;
}
