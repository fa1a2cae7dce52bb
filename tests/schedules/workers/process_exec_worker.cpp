// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/schedules/programs/worker_memory.h"

#include <thread>

int main(int, char** arguments) {
    WorkerMemory* memory = openWorkerMemory(arguments[1]);
    std::thread([memory] {
        pthread_mutex_lock(&memory->first);
        memory->value++;
        pthread_mutex_unlock(&memory->first);
    }).join();
}
