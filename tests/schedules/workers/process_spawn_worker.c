// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/schedules/programs/worker_memory.h"

int main(int count, char** arguments) {
    struct WorkerMemory* memory = openWorkerMemory(arguments[count - 1]);
#ifdef FIXED
    pthread_mutex_lock(&memory->first);
    pthread_mutex_lock(&memory->second);
#else
    pthread_mutex_lock(&memory->second);
    pthread_mutex_lock(&memory->first);
#endif
    memory->value++;
    pthread_mutex_unlock(&memory->first);
    pthread_mutex_unlock(&memory->second);
    return 0;
}
