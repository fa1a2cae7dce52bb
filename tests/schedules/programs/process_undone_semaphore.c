// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A System V semaphore that each process lowers and leaves to the kernel to raise again at the process's end.
// EXPECT: data-race processes
#include "processes.h"
#include <sys/sem.h>

static int set;
static int* value;

static void count(void) {
#ifdef FIXED
    struct sembuf lower = {0, -1, SEM_UNDO};
    semop(set, &lower, 1);
#endif
    ++*value;
}

int main(void) {
    value = shareMemory(sizeof *value);
    set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    semctl(set, 0, SETVAL, 1);
    start(count);
    start(count);
    while (wait(NULL) > 0) {
    }
    semctl(set, 0, IPC_RMID);
    return *value == 2 ? 0 : 1;
}
