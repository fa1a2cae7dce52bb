// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plain shapes of data-race in C with POSIX threads. Every case has data of its own; what a case starts, it joins.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static void runTwice(void* (*work)(void*)) {
    pthread_t first, second;
    pthread_create(&first, NULL, work, NULL);
    pthread_create(&second, NULL, work, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

// ---- one function in two threads ----
static int hits;
static void* countHits(void* unused) {
    (void)unused;
    hits++; // expect: data-race "hits"
    return NULL;
}
void incrementedByBothBad(void) { runTwice(countHits); }

static pthread_mutex_t lockedHitsMutex = PTHREAD_MUTEX_INITIALIZER;
static int lockedHits;
static void* countLockedHits(void* unused) {
    (void)unused;
    pthread_mutex_lock(&lockedHitsMutex);
    lockedHits++;
    pthread_mutex_unlock(&lockedHitsMutex);
    return NULL;
}
void incrementedUnderTheLockOk(void) { runTwice(countLockedHits); }

static atomic_int atomicHits;
static void* countAtomicHits(void* unused) {
    (void)unused;
    atomicHits++;
    return NULL;
}
void incrementedAtomicallyOk(void) { runTwice(countAtomicHits); }

static _Thread_local int ownHits;
static void* countOwnHits(void* unused) {
    (void)unused;
    ownHits++;
    return NULL;
}
void incrementedPerThreadOk(void) { runTwice(countOwnHits); }

// ---- starter and started ----
static int result;
static void* computeResult(void* unused) {
    (void)unused;
    result = 42; // expect: data-race
    return NULL;
}
int readBeforeJoinBad(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, computeResult, NULL);
    int seen = result; // expect: data-race
    pthread_join(worker, NULL);
    return seen;
}

static int joinedResult;
static void* computeJoinedResult(void* unused) {
    (void)unused;
    joinedResult = 42;
    return NULL;
}
int readAfterJoinOk(void) {
    pthread_t worker;
    joinedResult = 0;
    pthread_create(&worker, NULL, computeJoinedResult, NULL);
    pthread_join(worker, NULL);
    return joinedResult;
}

// ---- one side without the lock ----
static pthread_mutex_t balanceMutex = PTHREAD_MUTEX_INITIALIZER;
static long balance;
static void* deposit(void* unused) {
    (void)unused;
    pthread_mutex_lock(&balanceMutex);
    balance += 10;
    pthread_mutex_unlock(&balanceMutex);
    return NULL;
}
long readWithoutTheLockBad(void) {
    pthread_t teller;
    pthread_create(&teller, NULL, deposit, NULL);
    long seen = balance; // expect: data-race "balanceMutex"
    pthread_join(teller, NULL);
    return seen;
}

// ---- different locks ----
static pthread_mutex_t sizeMutex = PTHREAD_MUTEX_INITIALIZER, shapeMutex = PTHREAD_MUTEX_INITIALIZER;
static int size;
static void* grow(void* unused) {
    (void)unused;
    pthread_mutex_lock(&sizeMutex);
    size++; // expect: data-race(wrong-lock) "sizeMutex"
    pthread_mutex_unlock(&sizeMutex);
    return NULL;
}
static void* shrink(void* unused) {
    (void)unused;
    pthread_mutex_lock(&shapeMutex);
    size--; // expect: data-race(wrong-lock) "shapeMutex"
    pthread_mutex_unlock(&shapeMutex);
    return NULL;
}
void eachUnderItsOwnLockBad(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, grow, NULL);
    pthread_create(&b, NULL, shrink, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static pthread_mutex_t outerMutex = PTHREAD_MUTEX_INITIALIZER, innerMutex = PTHREAD_MUTEX_INITIALIZER;
static int depth;
static void* growNested(void* unused) {
    (void)unused;
    pthread_mutex_lock(&outerMutex);
    pthread_mutex_lock(&innerMutex);
    depth++;
    pthread_mutex_unlock(&innerMutex);
    pthread_mutex_unlock(&outerMutex);
    return NULL;
}
static void* shrinkPlain(void* unused) {
    (void)unused;
    pthread_mutex_lock(&outerMutex);
    depth--;
    pthread_mutex_unlock(&outerMutex);
    return NULL;
}
void oneOfTheLocksIsCommonOk(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, growNested, NULL);
    pthread_create(&b, NULL, shrinkPlain, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- the unlock comes too early, on one path ----
static pthread_mutex_t earlyMutex = PTHREAD_MUTEX_INITIALIZER;
static int early;
static void* leaveEarly(void* argument) {
    pthread_mutex_lock(&earlyMutex);
    if (argument != NULL) {
        pthread_mutex_unlock(&earlyMutex);
        early = 0; // expect: data-race
        return NULL;
    }
    early++;
    pthread_mutex_unlock(&earlyMutex);
    return NULL;
}
void writtenAfterUnlockOnOnePathBad(void) {
    pthread_t a, b;
    int flag = 1;
    pthread_create(&a, NULL, leaveEarly, &flag);
    pthread_create(&b, NULL, leaveEarly, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- objects handed to threads ----
struct Job {
    int state;
    pthread_mutex_t mutex;
};
static void* finishJob(void* argument) {
    struct Job* job = argument;
    job->state = 1; // expect: data-race "state"
    return NULL;
}
int heapObjectSharedBad(void) {
    struct Job* job = calloc(1, sizeof *job);
    pthread_t worker;
    pthread_create(&worker, NULL, finishJob, job);
    int seen = job->state; // expect: data-race
    pthread_join(worker, NULL);
    free(job);
    return seen;
}

static void* finishLockedJob(void* argument) {
    struct Job* job = argument;
    pthread_mutex_lock(&job->mutex);
    job->state = 1;
    pthread_mutex_unlock(&job->mutex);
    return NULL;
}
int heapObjectUnderItsLockOk(void) {
    struct Job* job = calloc(1, sizeof *job);
    pthread_mutex_init(&job->mutex, NULL);
    job->state = 2;
    pthread_t worker;
    pthread_create(&worker, NULL, finishLockedJob, job);
    pthread_mutex_lock(&job->mutex);
    int seen = job->state;
    pthread_mutex_unlock(&job->mutex);
    pthread_join(worker, NULL);
    pthread_mutex_destroy(&job->mutex);
    free(job);
    return seen;
}

static void* finishOwnJob(void* argument) {
    ((struct Job*)argument)->state = 1;
    return NULL;
}
int eachThreadHasItsOwnOk(void) {
    struct Job first = {0}, second = {0};
    pthread_t a, b;
    pthread_create(&a, NULL, finishOwnJob, &first);
    pthread_create(&b, NULL, finishOwnJob, &second);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return first.state + second.state;
}

static void* countLocal(void* argument) {
    int* steps = argument;
    *steps += 1; // expect: data-race "steps"
    return NULL;
}
int localOfTheStarterBad(void) {
    int steps = 0;
    pthread_t walker;
    pthread_create(&walker, NULL, countLocal, &steps);
    steps += 2; // expect: data-race
    pthread_join(walker, NULL);
    return steps;
}

// ---- threads in a loop ----
static int tasksDone;
static void* doTask(void* unused) {
    (void)unused;
    tasksDone++; // expect: data-race
    return NULL;
}
void startedInALoopBad(int count) {
    pthread_t* threads = calloc((size_t)count, sizeof *threads);
    for (int i = 0; i < count; i++) {
        pthread_create(&threads[i], NULL, doTask, NULL);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    free(threads);
}

static int tasksInTurn;
static void* doTaskInTurn(void* unused) {
    (void)unused;
    tasksInTurn++;
    return NULL;
}
void startedAndJoinedInALoopOk(int count) {
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, doTaskInTurn, NULL);
        pthread_join(thread, NULL);
    }
}

// ---- detached ----
static int progress;
static void* reportProgress(void* unused) {
    (void)unused;
    progress = 1; // expect: data-race
    return NULL;
}
int detachedBesideCallerBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, reportProgress, NULL);
    pthread_detach(thread);
    return progress; // expect: data-race
}

// ---- read only ----
static const int limits[] = {1, 2, 3};
static void* sumLimits(void* argument) {
    int* sum = argument;
    for (int i = 0; i < 3; i++) {
        *sum += limits[i];
    }
    return NULL;
}
int readOnlyByManyOk(void) {
    int sum = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, sumLimits, &sum);
    int first = limits[0];
    pthread_join(thread, NULL);
    return first + sum;
}

// ---- set up before the first thread ----
static int configuration;
static int copies[2];
static void* useConfiguration(void* argument) {
    *(int*)argument = configuration; // false-alarm: data-race
    return NULL;
}
int setUpBeforeTheFirstThreadOk(int value) {
    configuration = value;
    pthread_t a, b;
    pthread_create(&a, NULL, useConfiguration, &copies[0]);
    pthread_create(&b, NULL, useConfiguration, &copies[1]);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return copies[0] + copies[1];
}

static int lateConfiguration;
static void* useLateConfiguration(void* argument) {
    *(int*)argument = lateConfiguration; // expect: data-race "lateConfiguration"
    return NULL;
}
int setUpAfterTheFirstThreadBad(int value) {
    int copy = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, useLateConfiguration, &copy);
    lateConfiguration = value; // expect: data-race
    pthread_join(thread, NULL);
    return copy;
}
