// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The child runs another instrumented program, whose thread counts in the memory that both map.
// EXPECT: data-race processes
#include "processes.h"
#include "worker_memory.h"

int main(void) {
    struct WorkerMemory* memory = makeWorkerMemory();
    const pid_t child = fork();
    if (child == 0) {
        execl(WORKER, WORKER, workerMemoryName(), (char*)NULL);
        _exit(127);
    }
#ifdef FIXED
    pthread_mutex_lock(&memory->first);
#endif
    memory->value++; // BUG: the worker does so under the lock
#ifdef FIXED
    pthread_mutex_unlock(&memory->first);
#endif
    int status = 0;
    waitpid(child, &status, 0);
    shm_unlink(workerMemoryName());
    return status == 0 ? 0 : 1;
}
