// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads started through a function that takes the entry: each call starts a thread of its own.
#include <pthread.h>
#include <stdlib.h>

static void startThread(pthread_t* thread, void* (*entry)(void*), void* argument) {
    if (pthread_create(thread, NULL, entry, argument) != 0) {
        abort();
    }
}
static void startNamed(pthread_t* thread, const char* name, void* (*entry)(void*), void* argument) {
    (void)name;
    startThread(thread, entry, argument);
}

static int ofReader, ofWriter, ofBoth, ofWorkers, settings;

static void* reader(void* unused) {
    ofReader++;
    ofBoth++; // partner: data-race
    return settings != 0 ? unused : NULL;
}
static void* writer(void* unused) {
    ofWriter++;
    ofBoth++; // expect: data-race
    return settings != 0 ? unused : NULL;
}
static void* worker(void* unused) {
    ofWorkers++; // expect: data-race
    return unused;
}

void eachHasItsOwnOk(void) {
    pthread_t first, second;
    settings = 1; // before anybody runs
    startThread(&first, reader, NULL);
    startNamed(&second, "writer", writer, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

void startedInALoopBad(int n) {
    pthread_t threads[8];
    for (int i = 0; i < n && i < 8; i++) {
        startNamed(&threads[i], "worker", worker, NULL);
    }
    for (int i = 0; i < n && i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
}

static int late;
static void* readsLate(void* unused) {
    return late != 0 ? unused : NULL; // partner: data-race
}
void writtenAfterTheStartBad(void) {
    pthread_t thread;
    startThread(&thread, readsLate, NULL);
    late = 1; // expect: data-race
    pthread_join(thread, NULL);
}

static int twice;
static void* countsTwice(void* unused) {
    twice++; // expect: data-race
    return unused;
}
void startedAtTwoPlacesBad(void) {
    pthread_t first, second;
    startThread(&first, countsTwice, NULL);
    startThread(&second, countsTwice, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}
static int oneAfterTheOther;
static void* countsInTurn(void* unused) {
    oneAfterTheOther++;
    return unused;
}
void joinedInBetweenOk(void) {
    pthread_t thread;
    startThread(&thread, countsInTurn, NULL);
    pthread_join(thread, NULL);
    startThread(&thread, countsInTurn, NULL);
    pthread_join(thread, NULL);
}

// The function starts something else than what it is given.
static int counted;
static void* countsOnce(void* unused) {
    counted++;
    return unused;
}
static void* countsMore(void* unused) {
    counted++; // expect: data-race
    return unused;
}
static void startAnother(pthread_t* thread, void* (*entry)(void*)) {
    if (entry == countsOnce) {
        entry = countsMore;
    }
    if (pthread_create(thread, NULL, entry, NULL) != 0) {
        abort();
    }
}
void replacedEntryBad(void) {
    pthread_t first, second;
    startAnother(&first, countsOnce);
    startAnother(&second, countsOnce);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}
