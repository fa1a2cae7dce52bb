// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory that a program shares with another one, which it starts (workers/).
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct WorkerMemory {
    pthread_mutex_t first, second;
    int value;
};

/// Each run has its own; the worker is told the name.
static const char* workerMemoryName(void) {
    static char name[64];
    if (!*name)
        snprintf(name, sizeof name, "/deadheat-worker-%d", (int)getpid());
    return name;
}

static struct WorkerMemory* openWorkerMemory(const char* name) {
    const int file = shm_open(name, O_RDWR | O_CREAT, 0600);
    ftruncate(file, sizeof(struct WorkerMemory));
    void* memory = mmap(NULL, sizeof(struct WorkerMemory), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return (struct WorkerMemory*)memory;
}

static struct WorkerMemory* makeWorkerMemory(void) {
    struct WorkerMemory* memory = openWorkerMemory(workerMemoryName());
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&memory->first, &attributes);
    pthread_mutex_init(&memory->second, &attributes);
    return memory;
}
