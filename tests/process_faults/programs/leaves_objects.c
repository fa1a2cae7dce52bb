// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// OPTIONS: --keep-going
// EXPECT: 100 failed
// NEVER: exit status
// A schedule that fails before the program has removed what it made leaves nothing behind, and the next one finds nothing.
#include "../../schedules/programs/processes.h"
#include <fcntl.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

int main(void) {
    const char* name = "/deadheat-left";
    const int memory = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
    sem_t* semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
    const mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL);
    const key_t key = 0x64656164;
    const int semaphores = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600),
              messages = msgget(key, IPC_CREAT | IPC_EXCL | 0600),
              segment = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600);
    if (memory < 0 || semaphore == SEM_FAILED || queue < 0 || semaphores < 0 || messages < 0 || segment < 0)
        return 3;
    assert(!"reached");
}
