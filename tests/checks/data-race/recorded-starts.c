// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that keep what they run in a record: each start is a thread of its own, which runs what its record was given.
#include <pthread.h>
#include <stdlib.h>

struct Native {
    pthread_t id;
    void (*run)(void*);
    void* argument;
};
static void* runNative(void* record) {
    struct Native* native = record;
    native->run(native->argument);
    return NULL;
}
static void startNative(struct Native* native, void (*run)(void*), void* argument) {
    native->run = run;
    native->argument = argument;
    if (pthread_create(&native->id, NULL, runNative, native) != 0) {
        abort();
    }
}

// The same once more on top of it.
struct Worker {
    struct Native native;
    void (*work)(void*);
    void* data;
};
static void runWorker(void* record) {
    struct Worker* worker = record;
    void (*work)(void*) = worker->work;
    work(worker->data);
}
static void startWorker(struct Worker* worker, void (*work)(void*), void* data) {
    worker->work = work; // false-alarm: data-race "Worker::work"
    worker->data = data; // false-alarm: data-race "Worker::data"
    startNative(&worker->native, runWorker, worker);
}
static void joinWorker(struct Worker* worker) { pthread_join(worker->native.id, NULL); }

static int ticks, settings, ofReaper, ofBoth;
static void tick(void* unused) {
    (void)unused;
    ticks += settings;
    ofBoth++; // expect: data-race
}
static void reap(void* unused) {
    (void)unused;
    ofReaper--;
    ofBoth--; // partner: data-race
}

void eachRunsItsOwnOk(void) {
    static struct Worker ticker, reaper;
    settings = 1;
    startWorker(&ticker, tick, NULL);
    ofReaper = 8; // the ticker does not look at it
    startWorker(&reaper, reap, NULL);
    joinWorker(&reaper);
    joinWorker(&ticker);
}

static int ofMany;
static void count(void* unused) {
    (void)unused;
    ofMany++; // expect: data-race
}
void startedInALoopBad(void) {
    struct Worker* workers[4];
    for (int i = 0; i < 4; i++) {
        struct Worker* worker = calloc(1, sizeof(*worker));
        startWorker(worker, count, NULL);
        workers[i] = worker;
    }
    for (int i = 0; i < 4; i++) {
        joinWorker(workers[i]);
    }
}

static int late;
static void readLate(void* result) {
    *(int*)result = late; // partner: data-race
}
void writtenAfterTheStartBad(void) {
    static struct Native native;
    static int result;
    startNative(&native, readLate, &result);
    late = 1; // expect: data-race
    pthread_join(native.id, NULL);
}

// That each round of the loop has a record of its own is not seen two calls further down.
static void idle(void* unused) { (void)unused; }
void elementsStartedInALoopOk(void) {
    static struct Worker workers[4];
    for (int i = 0; i < 4; i++) {
        startWorker(&workers[i], idle, NULL);
    }
    for (int i = 0; i < 4; i++) {
        joinWorker(&workers[i]);
    }
}
