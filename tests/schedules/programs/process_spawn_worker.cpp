// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two programs, one started by posix_spawn, take two shared locks in opposite orders.
// EXPECT: lock-order
#include "worker_memory.h"

#include <cstdlib>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <vector>

static void count(WorkerMemory& memory) {
    pthread_mutex_lock(&memory.first); // BUG: the worker takes them the other way round
    pthread_mutex_lock(&memory.second);
    memory.value++;
    pthread_mutex_unlock(&memory.second);
    pthread_mutex_unlock(&memory.first);
}

int main() {
    WorkerMemory* memory = makeWorkerMemory();
    std::vector<std::string> words{WORKER, workerMemoryName()};
    char* arguments[] = {words[0].data(), words[1].data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, WORKER, nullptr, nullptr, arguments, environ) != 0)
        return EXIT_FAILURE;
    count(*memory);
    int status = 0;
    waitpid(child, &status, 0);
    shm_unlink(workerMemoryName());
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
