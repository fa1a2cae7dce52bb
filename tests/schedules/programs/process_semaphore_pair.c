// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each waits for the other's semaphore before it posts its own.
// EXPECT: deadlock
#include "processes.h"

static struct {
    sem_t request, reply;
}* semaphores;

static void serve(void) {
    sem_wait(&semaphores->request);
    sem_post(&semaphores->reply);
}

int main(void) {
    semaphores = shareMemory(sizeof *semaphores);
    sem_init(&semaphores->request, 1, 0);
    sem_init(&semaphores->reply, 1, 0);
    const pid_t child = start(serve);
#ifdef FIXED
    sem_post(&semaphores->request);
    sem_wait(&semaphores->reply);
#else
    sem_wait(&semaphores->reply);
    sem_post(&semaphores->request);
#endif
    waitpid(child, NULL, 0);
    return 0;
}
