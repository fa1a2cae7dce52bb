// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Processes: after fork nothing is shared, except what is mapped shared; there processes race as threads do.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct Shared {
    pthread_mutex_t mutex;
    sem_t filled;
    int count;
};

static struct Shared* mapShared(void) {
    struct Shared* shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        exit(EXIT_FAILURE);
    }
    return shared;
}
static void initMutex(struct Shared* shared) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

// ---- parent and child ----
int parentReadsWhileTheChildWritesBad(void) {
    struct Shared* shared = mapShared();
    pid_t child = fork();
    if (child == 0) {
        shared->count = 1; // expect: data-race "count"
        _exit(0);
    }
    int seen = shared->count;
    waitpid(child, NULL, 0);
    return seen;
}
int parentReadsAfterWaitingOk(void) {
    struct Shared* shared = mapShared();
    shared->count = 0;
    pid_t child = fork();
    if (child == 0) {
        shared->count = 1;
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return shared->count;
}
int parentWaitsForAnyChildOk(void) {
    struct Shared* shared = mapShared();
    if (fork() == 0) {
        shared->count = 1;
        _exit(0);
    }
    wait(NULL);
    return shared->count;
}

// ---- memory of its own ----
static int ownCopy;
int ordinaryMemoryIsCopiedOk(void) {
    pid_t child = fork();
    if (child == 0) {
        ownCopy = 1;
        _exit(0);
    }
    ownCopy = 2;
    waitpid(child, NULL, 0);
    return ownCopy;
}
int privateMappingIsCopiedOk(void) {
    int* number = mmap(NULL, sizeof *number, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        *number = 1;
        _exit(0);
    }
    *number = 2;
    waitpid(child, NULL, 0);
    return *number;
}

// ---- children beside each other ----
static void countUp(struct Shared* shared) {
    shared->count++; // expect: data-race "count"
}
int twoChildrenCountBad(void) {
    struct Shared* shared = mapShared();
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            countUp(shared);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    return shared->count;
}
static void countUpLocked(struct Shared* shared) {
    pthread_mutex_lock(&shared->mutex);
    shared->count++;
    pthread_mutex_unlock(&shared->mutex);
}
int twoChildrenCountUnderTheLockOk(void) {
    struct Shared* shared = mapShared();
    initMutex(shared);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            countUpLocked(shared);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    return shared->count;
}

// ---- each child draws numbers, and works on the elements that they choose ----
struct Drawn {
    pthread_mutex_t mutex;
    int next;
    int results[64];
};
static void drawAndWork(struct Drawn* drawn) {
    for (;;) {
        pthread_mutex_lock(&drawn->mutex);
        int i = drawn->next < 64 ? drawn->next++ : -1;
        pthread_mutex_unlock(&drawn->mutex);
        if (i < 0) {
            return;
        }
        drawn->results[i] = i;
    }
}
int childrenDrawOk(void) {
    struct Drawn* drawn = mmap(NULL, sizeof *drawn, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            drawAndWork(drawn);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    return drawn->results[0];
}

// ---- a semaphore orders the two sides ----
int postedByTheChildOk(void) {
    struct Shared* shared = mapShared();
    sem_init(&shared->filled, 1, 0);
    pid_t child = fork();
    if (child == 0) {
        shared->count = 1;
        sem_post(&shared->filled);
        _exit(0);
    }
    sem_wait(&shared->filled);
    int seen = shared->count;
    waitpid(child, NULL, 0);
    return seen;
}

// ---- shared memory by name ----
static int* openNumber(const char* name) {
    int fd = shm_open(name, O_CREAT | O_RDWR, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(int)) != 0) {
        exit(EXIT_FAILURE);
    }
    int* number = mmap(NULL, sizeof *number, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return number;
}
int namedMemoryBesideTheChildBad(void) {
    int* number = openNumber("/deadheat-number");
    pid_t child = fork();
    if (child == 0) {
        *number = 1;
        _exit(0);
    }
    *number = 2; // expect: data-race
    waitpid(child, NULL, 0);
    return *number;
}

// ---- a pool of children: each has a slot of its own ----
enum { kChildren = 4 };
static int* slots(void) {
    return mmap(NULL, kChildren * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}
int slotForEachChildOk(void) {
    int* done = slots();
    pid_t children[kChildren];
    for (int i = 0; i < kChildren; i++) {
        children[i] = fork();
        if (children[i] < 0)
            abort();
        if (children[i] == 0) {
            done[i]++;
            _exit(0);
        }
    }
    int sum = 0;
    for (int i = 0; i < kChildren; i++)
        waitpid(children[i], NULL, 0);
    for (int i = 0; i < kChildren; i++)
        sum += done[i];
    return sum;
}
int oneSlotForAllBad(void) {
    int* done = slots();
    pid_t children[kChildren];
    for (int i = 0; i < kChildren; i++) {
        children[i] = fork();
        if (children[i] < 0)
            abort();
        if (children[i] == 0) {
            done[kChildren / 2]++; // expect: data-race
            _exit(0);
        }
    }
    for (int i = 0; i < kChildren; i++)
        waitpid(children[i], NULL, 0);
    return done[0];
}
int readBeforeTheWaitBad(void) {
    int* done = slots();
    pid_t children[kChildren];
    for (int i = 0; i < kChildren; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            done[i]++; // expect: data-race
            _exit(0);
        }
    }
    int sum = 0;
    for (int i = 0; i < kChildren; i++)
        sum += done[i];
    for (int i = 0; i < kChildren; i++)
        waitpid(children[i], NULL, 0);
    return sum;
}
