// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A child is killed at any point of its life, also when it has ended, is waiting for a semaphore, for a pipe, or for its turn.
#include "../../schedules/programs/processes.h"

static struct {
    atomic_int count;
    sem_t semaphore;
}* shared;
static int ends[2];

static void work(void) {
    char byte;
    for (int i = 0; i < 3; ++i) {
        atomic_fetch_add(&shared->count, 1);
        sem_post(&shared->semaphore);
        sem_wait(&shared->semaphore);
        write(ends[1], "x", 1);
        read(ends[0], &byte, 1);
    }
}

int main(void) {
    shared = shareMemory(sizeof *shared);
    sem_init(&shared->semaphore, 1, 0);
    pipe(ends);
    const pid_t child = start(work);
    for (int i = 0; i < 3; ++i)
        atomic_load(&shared->count);
    kill(child, SIGKILL);
    return waitpid(child, NULL, 0) == child ? 0 : 1;
}
