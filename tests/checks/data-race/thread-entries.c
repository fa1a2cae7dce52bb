// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How C code gets to run in another thread, and library calls that read and write through pointers.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// ---- a table of entries ----
static int tableValue;
static void* readTable(void* unused) {
    (void)unused;
    return tableValue != 0 ? &tableValue : NULL; // expect: data-race
}
static void* writeTable(void* unused) {
    (void)unused;
    tableValue = 1; // expect: data-race "tableValue"
    return NULL;
}
static void* (*const entries[])(void*) = {readTable, writeTable};
void entriesFromATableBad(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, entries[i], NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

// ---- an entry in a structure, started by a wrapper ----
struct Worker {
    void* (*run)(void*);
    void* argument;
    pthread_t thread;
};
static int startWorker(struct Worker* worker) {
    return pthread_create(&worker->thread, NULL, worker->run, worker->argument);
}
static void* addToSum(void* argument) {
    *(int*)argument += 1; // expect: data-race "sum"
    return NULL;
}
int entryInAStructureBad(void) {
    int sum = 0;
    struct Worker one = {addToSum, &sum, 0}, two = {addToSum, &sum, 0};
    startWorker(&one);
    startWorker(&two);
    pthread_join(one.thread, NULL);
    pthread_join(two.thread, NULL);
    return sum;
}

// ---- a trampoline: the real work is a field of the argument ----
struct Call {
    void (*function)(int);
    int value;
};
static void* trampoline(void* argument) {
    struct Call call = *(struct Call*)argument;
    free(argument);
    call.function(call.value);
    return NULL;
}
static pthread_t callInThread(void (*function)(int), int value) {
    struct Call* call = malloc(sizeof *call);
    call->function = function;
    call->value = value;
    pthread_t thread;
    pthread_create(&thread, NULL, trampoline, call);
    return thread;
}
static int lastValue;
static void rememberValue(int value) {
    lastValue = value; // expect: data-race "lastValue"
}
void trampolineBad(void) {
    pthread_t a = callInThread(rememberValue, 1), b = callInThread(rememberValue, 2);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- a macro that starts ----
#define START(thread, entry) pthread_create(&(thread), NULL, (entry), NULL)
static int macroValue;
static void* writeMacro(void* unused) {
    (void)unused;
    macroValue++; // expect: data-race "macroValue"
    return NULL;
}
void startedByAMacroBad(void) {
    pthread_t a, b;
    START(a, writeMacro);
    START(b, writeMacro);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- callbacks that run later, in the thread that was handed them ----
struct Listener {
    void (*notify)(void*);
    void* data;
};
static void* dispatch(void* argument) {
    struct Listener* listener = argument;
    listener->notify(listener->data);
    return NULL;
}
static void onEvent(void* data) {
    *(int*)data = 1; // expect: data-race "events"
}
int callbackThroughAListenerBad(void) {
    int events = 0;
    struct Listener listener = {onEvent, &events};
    pthread_t thread;
    pthread_create(&thread, NULL, dispatch, &listener);
    int seen = events; // expect: data-race
    pthread_join(thread, NULL);
    return seen;
}

// ---- timers whose callback gets a thread of its own ----
static int ticks;
static void onTick(union sigval unused) {
    (void)unused;
    ticks++; // missed: data-race "ticks"
}
int timerThreadBad(void) {
    timer_t timer;
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = onTick;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    struct itimerspec every = {{1, 0}, {1, 0}};
    timer_settime(timer, 0, &every, NULL);
    return ticks; // missed: data-race
}

// ---- library calls read and write through pointers ----
struct Frame {
    char pixels[256];
};
static struct Frame frame, snapshot;
static void* clearFrame(void* unused) {
    (void)unused;
    memset(&frame, 0, sizeof frame); // expect: data-race "frame"
    return NULL;
}
void copiedWhileClearedBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, clearFrame, NULL);
    memcpy(&snapshot, &frame, sizeof frame); // expect: data-race
    pthread_join(thread, NULL);
}
static char input[64];
static void* readInput(void* fd) {
    ssize_t got = read(*(int*)fd, input, sizeof input); // expect: data-race "input"
    return got > 0 ? input : NULL;
}
int bufferFilledByReadBad(int fd) {
    pthread_t thread;
    pthread_create(&thread, NULL, readInput, &fd);
    int first = input[0]; // expect: data-race
    pthread_join(thread, NULL);
    return first;
}
static char line[64];
static void* formatLine(void* unused) {
    (void)unused;
    snprintf(line, sizeof line, "%d", 7); // expect: data-race "line"
    return NULL;
}
size_t bufferFilledBySnprintfBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, formatLine, NULL);
    size_t length = strlen(line); // expect: data-race
    pthread_join(thread, NULL);
    return length;
}
static pthread_mutex_t nameMutex = PTHREAD_MUTEX_INITIALIZER;
static char name[32];
static void* setName(void* unused) {
    (void)unused;
    pthread_mutex_lock(&nameMutex);
    strcpy(name, "new");
    pthread_mutex_unlock(&nameMutex);
    return NULL;
}
int bufferUnderItsLockOk(char* out) {
    pthread_t thread;
    pthread_create(&thread, NULL, setName, NULL);
    pthread_mutex_lock(&nameMutex);
    strcpy(out, name);
    pthread_mutex_unlock(&nameMutex);
    pthread_join(thread, NULL);
    return out[0];
}

// ---- an unused function is no thread ----
static int single;
static void incrementSingle(void) { single++; }
int callsWithoutThreadsOk(void) {
    incrementSingle();
    void (*step)(void) = incrementSingle;
    step();
    return single;
}
static int configured;
static void* onlyReads(void* out) {
    *(int*)out = configured;
    return NULL;
}
int entryThatOnlyReadsOk(void) {
    int one = 0, two = 0;
    pthread_t a, b;
    configured = 1;
    pthread_create(&a, NULL, onlyReads, &one);
    pthread_create(&b, NULL, onlyReads, &two);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return one + two;
}

// What a thread returns comes out of the join.
static void* makesCounter(void* unused) {
    (void)unused;
    return calloc(1, sizeof(int));
}
static void* bumps(void* counter) {
    ++*(int*)counter; // expect: data-race
    return NULL;
}
int sharedThroughAJoinBad(void) {
    pthread_t first, second;
    void* counter = NULL;
    pthread_create(&first, NULL, makesCounter, NULL);
    pthread_join(first, &counter);
    pthread_create(&first, NULL, bumps, counter);
    pthread_create(&second, NULL, bumps, counter);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return *(int*)counter;
}
static void* adds(void* counter) {
    ++*(int*)counter;
    return counter;
}
int returnedAndReadAfterTheJoinOk(void) {
    pthread_t thread;
    void* counter = NULL;
    pthread_create(&thread, NULL, adds, calloc(1, sizeof(int)));
    pthread_join(thread, &counter);
    ++*(int*)counter;
    return *(int*)counter;
}
