// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pthread that is neither joined nor detached keeps its stack for ever.
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>

void* work(void*);
int failed(void);

void joinedOk(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_join(worker, NULL);
}

void detachedOk(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_detach(worker);
}

void detachedByAttributeOk(void) {
    pthread_t worker;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&worker, &attributes, work, NULL);
    pthread_attr_destroy(&attributes);
}

static void* detachesItself(void* unused) {
    pthread_detach(pthread_self());
    return unused;
}
static void* detachesItselfByName(void* unused) {
    pthread_t self = pthread_self();
    pthread_detach(self);
    return unused;
}
static pthread_t remembered;
static void* detachesAnother(void* unused) {
    pthread_detach(remembered);
    return unused;
}
void detachedByItselfOk(void) {
    pthread_t worker, other;
    pthread_create(&worker, NULL, detachesItself, NULL);
    pthread_create(&other, NULL, detachesItselfByName, NULL);
}
void detachesAnotherBad(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, detachesAnother, NULL); // expect: unjoined-thread "worker"
}

void neitherBad(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL); // expect: unjoined-thread "worker"
}

int earlyReturnBad(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL); // expect: unjoined-thread "worker"
    if (failed()) {
        return -1;
    }
    pthread_join(worker, NULL);
    return 0;
}

int joinedBeforeEveryReturnOk(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    if (failed()) {
        pthread_join(worker, NULL);
        return -1;
    }
    pthread_join(worker, NULL);
    return 0;
}

int joinedByGotoOk(void) {
    int status = 0;
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    if (failed()) {
        status = -1;
        goto out;
    }
    status = 1;
out:
    pthread_join(worker, NULL);
    return status;
}

int notStartedOnThatPathOk(void) {
    pthread_t worker;
    if (pthread_create(&worker, NULL, work, NULL) != 0) {
        return -1;
    }
    pthread_join(worker, NULL);
    return 0;
}

int statusKeptOk(void) {
    pthread_t worker;
    int status = pthread_create(&worker, NULL, work, NULL);
    if (status == 0) {
        pthread_join(worker, NULL);
    }
    return status;
}

void joinedOnOneBranchBad(int wait) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL); // expect: unjoined-thread
    if (wait) {
        pthread_join(worker, NULL);
    }
}

void joinedOrDetachedOk(int wait) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    if (wait) {
        pthread_join(worker, NULL);
    } else {
        pthread_detach(worker);
    }
}

void overwrittenInALoopBad(int count) {
    pthread_t worker;
    for (int i = 0; i < count; i++) {
        pthread_create(&worker, NULL, work, NULL); // expect: unjoined-thread "worker"
    }
    pthread_join(worker, NULL);
}

void arrayJoinedOk(void) {
    pthread_t workers[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&workers[i], NULL, work, NULL);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(workers[i], NULL);
    }
}

void arrayForgottenBad(void) {
    pthread_t workers[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&workers[i], NULL, work, NULL); // expect: unjoined-thread "workers"
    }
}

void heapArrayJoinedOk(int count) {
    pthread_t* workers = malloc((size_t)count * sizeof *workers);
    for (int i = 0; i < count; i++) {
        pthread_create(workers + i, NULL, work, NULL);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(workers[i], NULL);
    }
    free(workers);
}

void wrongHandleBad(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, work, NULL);
    pthread_create(&other, NULL, work, NULL); // expect: unjoined-thread "other"
    pthread_join(one, NULL);
}

// ---- handles in structures and globals ----
struct Service {
    pthread_t thread;
    int running;
};
void serviceStartOk(struct Service* service) {
    service->running = pthread_create(&service->thread, NULL, work, NULL) == 0;
}
void serviceStopOk(struct Service* service) {
    if (service->running) {
        pthread_join(service->thread, NULL);
    }
}

static pthread_t logger;
void loggerStartOk(void) { pthread_create(&logger, NULL, work, NULL); }
void loggerStopOk(void) { pthread_join(logger, NULL); }

static pthread_t orphan;
void orphanStartBad(void) {
    pthread_create(&orphan, NULL, work, NULL); // expect: unjoined-thread "orphan"
}

// ---- helpers ----
static pthread_t start(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    return thread;
}
void startedByAHelperOk(void) { pthread_join(start(), NULL); }
void startedByAHelperBad(void) {
    start(); // missed: unjoined-thread
}
static void finish(pthread_t thread) { pthread_join(thread, NULL); }
void finishedByAHelperOk(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    finish(worker);
}
static void finishIf(pthread_t thread, int now) {
    if (now)
        pthread_join(thread, NULL);
}
void finishedByAHelperPerhapsBad(int now) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL); // expect: unjoined-thread "worker"
    finishIf(worker, now);
}
static int isSame(pthread_t one, pthread_t other) { return pthread_equal(one, other); }
void onlyComparedByAHelperBad(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL); // expect: unjoined-thread "worker"
    isSame(worker, pthread_self());
}
void finishedTwiceBad(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    finish(worker);
    pthread_join(worker, NULL); // expect: unjoined-thread(joined-twice) "worker"
}
void oneOfTwoFinishedByAHelperBad(void) {
    pthread_t first, second;
    pthread_create(&first, NULL, work, NULL);
    pthread_create(&second, NULL, work, NULL); // expect: unjoined-thread "second"
    finish(first);
}

// ---- C11 ----
int workC11(void*);
void c11JoinedOk(void) {
    thrd_t worker;
    thrd_create(&worker, workC11, NULL);
    thrd_join(worker, NULL);
}
void c11ForgottenBad(void) {
    thrd_t worker;
    thrd_create(&worker, workC11, NULL); // expect: unjoined-thread "worker"
}

// ---- the end of the program ----
void theProgramEndsOk(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    exit(0);
}
void theMainThreadExitsOk(void) { // the others go on: a way to run a program without a join
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_detach(worker);
    pthread_exit(NULL);
}
