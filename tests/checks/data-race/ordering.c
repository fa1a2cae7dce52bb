// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order without locks, C: what create and join order, handle by handle.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

enum { kThreads = 4 };

// ---- join of the other handle ----
static int left, right;
static void* walkLeft(void* unused) {
    (void)unused;
    left = 1;
    return NULL;
}
static void* walkRight(void* unused) {
    (void)unused;
    right = 1; // expect: data-race "right"
    return NULL;
}
int otherThreadStillRunsBad(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, walkLeft, NULL);
    pthread_create(&b, NULL, walkRight, NULL);
    pthread_join(a, NULL);
    int sum = left + right; // expect: data-race
    pthread_join(b, NULL);
    return sum;
}

// ---- maybe a join ----
static int maybe;
static void* writeMaybe(void* unused) {
    (void)unused;
    maybe = 1; // expect: data-race
    return NULL;
}
int joinedOnOneBranchOnlyBad(int wait) {
    pthread_t worker;
    pthread_create(&worker, NULL, writeMaybe, NULL);
    if (wait) {
        pthread_join(worker, NULL);
    } else {
        pthread_detach(worker);
    }
    return maybe; // expect: data-race
}

static int timed;
static void* writeTimed(void* unused) {
    (void)unused;
    timed = 1; // expect: data-race
    return NULL;
}
int timedJoinMayFailBad(const struct timespec* deadline) {
    pthread_t worker;
    pthread_create(&worker, NULL, writeTimed, NULL);
    int status = pthread_timedjoin_np(worker, NULL, deadline);
    int seen = timed; // expect: data-race
    if (status != 0) {
        pthread_join(worker, NULL);
    }
    return seen;
}

static int timedChecked;
static void* writeTimedChecked(void* unused) {
    (void)unused;
    timedChecked = 1;
    return NULL;
}
int timedJoinCheckedOk(const struct timespec* deadline) {
    pthread_t worker;
    pthread_create(&worker, NULL, writeTimedChecked, NULL);
    if (pthread_timedjoin_np(worker, NULL, deadline) != 0) {
        pthread_join(worker, NULL);
    }
    return timedChecked;
}

// ---- arrays of handles ----
static int parts[kThreads];
static void* fillPart(void* argument) {
    *(int*)argument = 1;
    return NULL;
}
int sumAfterAllJoinedOk(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, fillPart, &parts[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    int sum = 0;
    for (int i = 0; i < kThreads; i++) {
        sum += parts[i];
    }
    return sum;
}

static int running;
static void* countRunning(void* unused) {
    (void)unused;
    __atomic_fetch_add(&running, 1, __ATOMIC_RELAXED);
    return NULL;
}
int plainReadAfterAllJoinedOk(void) {
    pthread_t threads[kThreads];
    running = 0;
    for (int i = 0; i < kThreads; i++) {
        pthread_create(threads + i, NULL, countRunning, NULL);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    return running;
}

static int partly;
static void* countPartly(void* unused) {
    (void)unused;
    partly = 1; // expect: data-race
    return NULL;
}
int onlyTheFirstIsJoinedBad(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, countPartly, NULL);
    }
    pthread_join(threads[0], NULL);
    int seen = partly; // expect: data-race
    for (int i = 1; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    return seen;
}

// ---- handles in a structure, start and stop in functions of their own ----
struct Service {
    pthread_t thread;
    int requests;
};
static void* serve(void* argument) {
    struct Service* service = argument;
    service->requests++;
    return NULL;
}
static void startService(struct Service* service) {
    service->requests = 0;
    pthread_create(&service->thread, NULL, serve, service);
}
static int stopService(struct Service* service) {
    pthread_join(service->thread, NULL);
    return service->requests;
}
int startServeStopOk(void) {
    struct Service service;
    startService(&service);
    return stopService(&service);
}

struct Hasty {
    pthread_t thread;
    int requests;
};
static void* serveHastily(void* argument) {
    struct Hasty* hasty = argument;
    hasty->requests++; // expect: data-race "requests"
    return NULL;
}
static void startHasty(struct Hasty* hasty) {
    pthread_create(&hasty->thread, NULL, serveHastily, hasty);
    hasty->requests = 0; // expect: data-race
}
void initialisedAfterTheStartBad(void) {
    struct Hasty hasty;
    startHasty(&hasty);
    pthread_join(hasty.thread, NULL);
}

// ---- a thread that starts a thread ----
static int grown;
static void* grow(void* unused) {
    (void)unused;
    grown = 1;
    return NULL;
}
static void* plantAndWait(void* unused) {
    (void)unused;
    pthread_t child;
    pthread_create(&child, NULL, grow, NULL);
    pthread_join(child, NULL);
    return NULL;
}
int joinedTransitivelyOk(void) {
    pthread_t parent;
    pthread_create(&parent, NULL, plantAndWait, NULL);
    pthread_join(parent, NULL);
    return grown;
}

static int wild;
static void* growWild(void* unused) {
    (void)unused;
    wild = 1; // expect: data-race
    return NULL;
}
static void* plantAndLeave(void* unused) {
    (void)unused;
    pthread_t child;
    pthread_create(&child, NULL, growWild, NULL);
    pthread_detach(child);
    return NULL;
}
int parentJoinedChildNotBad(void) {
    pthread_t parent;
    pthread_create(&parent, NULL, plantAndLeave, NULL);
    pthread_join(parent, NULL);
    return wild; // expect: data-race
}

// ---- C11 threads ----
static int c11Early, c11Late;
static int writeEarly(void* unused) {
    (void)unused;
    c11Early = 1; // expect: data-race
    return 0;
}
static int writeLate(void* unused) {
    (void)unused;
    c11Late = 1;
    return 0;
}
int c11ReadBeforeJoinBad(void) {
    thrd_t worker;
    thrd_create(&worker, writeEarly, NULL);
    int seen = c11Early; // expect: data-race
    thrd_join(worker, NULL);
    return seen;
}
int c11ReadAfterJoinOk(void) {
    thrd_t worker;
    thrd_create(&worker, writeLate, NULL);
    thrd_join(worker, NULL);
    return c11Late;
}

// ---- the value comes back through join ----
static void* makeList(void* unused) {
    (void)unused;
    int* list = malloc(2 * sizeof *list);
    list[0] = 1;
    list[1] = 2;
    return list;
}
int valueReturnedThroughJoinOk(void) {
    pthread_t worker;
    void* list = NULL;
    pthread_create(&worker, NULL, makeList, NULL);
    pthread_join(worker, &list);
    int first = ((int*)list)[0];
    free(list);
    return first;
}

// ---- one start, several handles ----
static void startOne(pthread_t* handle, void* (*body)(void*)) { pthread_create(handle, NULL, body, NULL); }
static int wrappedLeft, wrappedJoined;
static void* addLeft(void* unused) {
    wrappedLeft = 1; // partner: data-race
    return unused;
}
void wrapperOneOfTwoJoinedBad(void) {
    pthread_t a, b;
    startOne(&a, addLeft);
    startOne(&b, addLeft);
    pthread_join(a, NULL);
    wrappedLeft = 2; // expect: data-race "wrappedLeft"
    pthread_join(b, NULL);
}
static pthread_mutex_t wrappedMutex = PTHREAD_MUTEX_INITIALIZER;
static void* addJoined(void* unused) {
    pthread_mutex_lock(&wrappedMutex);
    wrappedJoined = 1;
    pthread_mutex_unlock(&wrappedMutex);
    return unused;
}
void wrapperBothJoinedOk(void) {
    pthread_t a, b;
    startOne(&a, addJoined);
    startOne(&b, addJoined);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    wrappedJoined = 2;
}

// ---- a loop that joins fewer than were started ----
static int tenStarted, allJoined;
static void* countTen(void* unused) {
    tenStarted = 1; // partner: data-race
    return unused;
}
void nineOfTenJoinedBad(void) {
    pthread_t ids[10];
    for (int i = 0; i < 10; i++)
        pthread_create(&ids[i], NULL, countTen, NULL);
    for (int i = 0; i < 9; i++)
        pthread_join(ids[i], NULL);
    tenStarted = 2; // expect: data-race "tenStarted"
}
static void* countAll(void* unused) {
    pthread_mutex_lock(&wrappedMutex);
    allJoined = 1;
    pthread_mutex_unlock(&wrappedMutex);
    return unused;
}
void tenOfTenJoinedOk(void) {
    pthread_t ids[10];
    for (int i = 0; i < 10; i++)
        pthread_create(&ids[i], NULL, countAll, NULL);
    for (int i = 0; i < 10; i++)
        pthread_join(ids[i], NULL);
    allJoined = 2;
}
