// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `if (mutex) lock(mutex)`: the pointer is set before there are threads, the test is mere caution.
#include <pthread.h>
#include <stdlib.h>

static void start(void* (*run)(void*), void* argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, argument) == 0)
        pthread_detach(thread);
}

// ---- tested at each place ----
typedef struct Counter {
    pthread_mutex_t* mutex;
    int count;
} Counter;
static void* countOk(void* argument) {
    Counter* counter = argument;
    if (counter->mutex)
        pthread_mutex_lock(counter->mutex);
    counter->count++;
    if (counter->mutex)
        pthread_mutex_unlock(counter->mutex);
    return NULL;
}
void startCountingOk(Counter* counter) { start(countOk, counter); }
void countUpOk(Counter* counter) {
    pthread_mutex_lock(counter->mutex);
    counter->count++;
    pthread_mutex_unlock(counter->mutex);
}

// ---- something else is tested ----
typedef struct Gauge {
    pthread_mutex_t* mutex;
    int level;
} Gauge;
static void* raiseBad(void* argument) {
    Gauge* gauge = argument;
    if (gauge->level)
        pthread_mutex_lock(gauge->mutex); // expect: lock-leak "mutex"
    gauge->level++;                       // expect: data-race "level"
    if (gauge->level > 1)
        pthread_mutex_unlock(gauge->mutex); // expect: unlock-not-held "mutex"
    return NULL;
}
void startRaisingBad(Gauge* gauge) { start(raiseBad, gauge); }
void raiseUnderLock(Gauge* gauge) {
    pthread_mutex_lock(gauge->mutex);
    gauge->level++; // partner: data-race
    pthread_mutex_unlock(gauge->mutex);
}

// ---- tested in a function around one that spins first ----
static long spins = 2000;
static void lockOrDie(pthread_mutex_t* mutex) {
    for (long n = 0; n < spins; n++)
        if (pthread_mutex_trylock(mutex) == 0)
            return;
    if (pthread_mutex_lock(mutex) != 0)
        abort();
}
static void unlockOrDie(pthread_mutex_t* mutex) {
    if (pthread_mutex_unlock(mutex) != 0)
        abort();
}
typedef struct Message {
    struct Message* next;
    int kind;
} Message;
typedef struct Queue {
    pthread_mutex_t* mutex;
    pthread_cond_t filled;
    Message* first;
    int stopped;
} Queue;
void deliver(Message* message);
static void lockQueue(Queue* queue) {
    if (queue->mutex != NULL)
        lockOrDie(queue->mutex);
}
static void unlockQueue(Queue* queue) {
    if (queue->mutex != NULL)
        unlockOrDie(queue->mutex);
}
static void* dispatchOk(void* argument) {
    Queue* queue = argument;
    lockQueue(queue);
    while (!queue->stopped) {
        Message* message = queue->first;
        if (message == NULL) {
            pthread_cond_wait(&queue->filled, queue->mutex);
            continue;
        }
        queue->first = message->next;
        unlockQueue(queue);
        deliver(message);
        lockQueue(queue);
    }
    unlockQueue(queue);
    return NULL;
}
void startDispatchingOk(Queue* queue) { start(dispatchOk, queue); }
void putOk(Queue* queue, Message* message) {
    lockOrDie(queue->mutex);
    message->next = queue->first;
    queue->first = message;
    pthread_cond_signal(&queue->filled);
    unlockOrDie(queue->mutex);
}

// ---- gone on without ----
typedef struct Line {
    pthread_mutex_t* mutex;
    pthread_cond_t filled;
    Message* first;
    int stopped;
} Line;
static void lockLine(Line* line) {
    if (line->mutex != NULL)
        lockOrDie(line->mutex);
}
static void unlockLine(Line* line) {
    if (line->mutex != NULL)
        unlockOrDie(line->mutex);
}
static void* serveBad(void* argument) {
    Line* line = argument;
    lockLine(line);
    while (!line->stopped) {
        Message* message = line->first;
        if (message == NULL) {
            pthread_cond_wait(&line->filled, line->mutex); // expect: condition-wait(not-locked) "filled"
            continue;
        }
        line->first = message->next; // expect: data-race "first"
        unlockLine(line);            // expect: unlock-not-held "mutex"
        if (message->kind == 1)
            continue;
        deliver(message);
        lockLine(line);
    }
    unlockLine(line); // expect: unlock-not-held "mutex"
    return NULL;
}
void startServingBad(Line* line) { start(serveBad, line); }
void queueUp(Line* line, Message* message) {
    lockOrDie(line->mutex);
    message->next = line->first;
    line->first = message;
    pthread_cond_signal(&line->filled);
    unlockOrDie(line->mutex);
}
