// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who owns the object, C: fresh heap, publication, arguments on the heap, loop variables handed to threads.
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { kThreads = 4 };

struct Job {
    int state;
    struct Job* next;
};

static void runBoth(void* (*one)(void*), void* (*other)(void*)) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- published under the lock ----
static pthread_mutex_t listMutex = PTHREAD_MUTEX_INITIALIZER;
static struct Job *jobs, *careless;
static void* createJob(void* unused) {
    (void)unused;
    struct Job* job = malloc(sizeof *job);
    job->state = 1;
    pthread_mutex_lock(&listMutex);
    job->next = jobs;
    jobs = job;
    pthread_mutex_unlock(&listMutex);
    return NULL;
}
static void* finishJobs(void* unused) {
    (void)unused;
    pthread_mutex_lock(&listMutex);
    for (struct Job* job = jobs; job != NULL; job = job->next) {
        job->state = 2;
    }
    pthread_mutex_unlock(&listMutex);
    return NULL;
}
void initialisedBeforePublishingOk(void) { runBoth(createJob, finishJobs); }

static void* createAndTouch(void* unused) {
    (void)unused;
    struct Job* job = calloc(1, sizeof *job);
    pthread_mutex_lock(&listMutex);
    job->next = careless;
    careless = job;
    pthread_mutex_unlock(&listMutex);
    job->state = 1; // expect: data-race "state"
    return NULL;
}
static void* finishCareless(void* unused) {
    (void)unused;
    pthread_mutex_lock(&listMutex);
    for (struct Job* job = careless; job != NULL; job = job->next) {
        job->state = 2;
    }
    pthread_mutex_unlock(&listMutex);
    return NULL;
}
void touchedAfterPublishingBad(void) { runBoth(createAndTouch, finishCareless); }

// ---- taken out under the lock, then private ----
static void* takeOne(void* unused) {
    (void)unused;
    pthread_mutex_lock(&listMutex);
    struct Job* job = jobs;
    if (job != NULL) {
        jobs = job->next;
    }
    pthread_mutex_unlock(&listMutex);
    if (job != NULL) {
        job->state = 3;
        free(job);
    }
    return NULL;
}
void takenOutThenPrivateOk(void) { runBoth(createJob, takeOne); }

// ---- arguments ----
struct Argument {
    int from, to;
};
static void* useArgument(void* raw) {
    struct Argument* argument = raw;
    argument->from = argument->to;
    free(argument);
    return NULL;
}
void argumentPerThreadOnTheHeapOk(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        struct Argument* argument = malloc(sizeof *argument);
        argument->from = i;
        argument->to = i + 1;
        pthread_create(&threads[i], NULL, useArgument, argument);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
}

static int received[kThreads + 1];
static void* readLoopVariable(void* argument) {
    int i = *(int*)argument; // expect: data-race "i"
    __atomic_store_n(&received[i], 1, __ATOMIC_RELAXED);
    return NULL;
}
void addressOfTheLoopVariableBad(void) {
    pthread_t threads[kThreads];
    int i;
    for (i = 0; i < kThreads; i++) { // expect: data-race
        pthread_create(&threads[i], NULL, readLoopVariable, &i);
    }
    for (int k = 0; k < kThreads; k++) {
        pthread_join(threads[k], NULL);
    }
}
static void* readNumber(void* argument) {
    intptr_t i = (intptr_t)argument;
    __atomic_store_n(&received[i], 1, __ATOMIC_RELAXED);
    return NULL;
}
void loopVariableByValueOk(void) {
    pthread_t threads[kThreads];
    for (intptr_t i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, readNumber, (void*)i);
    }
    for (int k = 0; k < kThreads; k++) {
        pthread_join(threads[k], NULL);
    }
}

struct Slot {
    int number;
    long sum;
};
static void* sumSlot(void* argument) {
    struct Slot* slot = argument;
    slot->sum += slot->number;
    return NULL;
}
long argumentsInAnArrayOk(void) {
    pthread_t threads[kThreads];
    struct Slot slots[kThreads];
    for (int i = 0; i < kThreads; i++) {
        slots[i].number = i;
        slots[i].sum = 0;
        pthread_create(&threads[i], NULL, sumSlot, &slots[i]);
    }
    long sum = 0;
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
        sum += slots[i].sum;
    }
    return sum;
}

// ---- allocation wrappers ----
static void* mustAllocate(size_t size) {
    void* memory = malloc(size);
    if (memory == NULL) {
        abort();
    }
    memset(memory, 0, size);
    return memory;
}
static void* useOwnAllocation(void* unused) {
    (void)unused;
    struct Job* job = mustAllocate(sizeof *job);
    job->state++;
    free(job);
    return NULL;
}
void wrapperGivesEachItsOwnOk(void) { runBoth(useOwnAllocation, useOwnAllocation); }
static struct Job* common;
static void* useCommonAllocation(void* unused) {
    (void)unused;
    common->state++; // missed: data-race "state"
    return NULL;
}
void wrapperFillsAGlobalBad(void) {
    common = mustAllocate(sizeof *common);
    runBoth(useCommonAllocation, useCommonAllocation);
    free(common);
}

// ---- freed while in use ----
static void* useJob(void* argument) {
    ((struct Job*)argument)->state = 1; // partner: data-race
    return NULL;
}
void freedBesideTheThreadBad(void) {
    struct Job* job = calloc(1, sizeof *job);
    pthread_t thread;
    pthread_create(&thread, NULL, useJob, job);
    free(job); // expect: data-race
    pthread_join(thread, NULL);
}
static void* useJobJoined(void* argument) {
    ((struct Job*)argument)->state = 1;
    return NULL;
}
void freedAfterJoinOk(void) {
    struct Job* job = calloc(1, sizeof *job);
    pthread_t thread;
    pthread_create(&thread, NULL, useJobJoined, job);
    pthread_join(thread, NULL);
    free(job);
}

// ---- growing a shared buffer ----
static pthread_mutex_t bufferMutex = PTHREAD_MUTEX_INITIALIZER;
static char* buffer;
static size_t capacity;
static void* growBuffer(void* unused) {
    (void)unused;
    pthread_mutex_lock(&bufferMutex);
    capacity += 64;
    buffer = realloc(buffer, capacity);
    pthread_mutex_unlock(&bufferMutex);
    return NULL;
}
static void* clearBuffer(void* unused) {
    (void)unused;
    pthread_mutex_lock(&bufferMutex);
    memset(buffer, 0, capacity);
    pthread_mutex_unlock(&bufferMutex);
    return NULL;
}
void grownUnderTheLockOk(void) { runBoth(growBuffer, clearBuffer); }
static char* loose;
static void* growLoose(void* unused) {
    (void)unused;
    loose = realloc(loose, 64); // expect: data-race "loose"
    return NULL;
}
void grownWithoutALockBad(void) { runBoth(growLoose, growLoose); }
