// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A once routine that sets up what its threads share, and starts them. Whoever asks for it again finds it done.
#include <pthread.h>
#include <stdlib.h>

enum { kThreads = 4 };
static void start(void* (*run)(void*)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) != 0)
        abort();
    pthread_detach(thread);
}

// ---- once ----
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex;
static unsigned step, work;
static void* workOk(void* unused) {
    pthread_mutex_lock(&mutex);
    work += step;
    pthread_mutex_unlock(&mutex);
    return unused;
}
static void setUpOk(void) {
    step = 4;
    if (pthread_mutex_init(&mutex, NULL) != 0)
        abort();
    for (int i = 0; i < kThreads; i++)
        start(workOk);
}
void submitOk(void) {
    pthread_once(&once, setUpOk);
    pthread_mutex_lock(&mutex);
    work++;
    pthread_mutex_unlock(&mutex);
}
void submitAllOk(int n) {
    for (int i = 0; i < n; i++)
        submitOk();
}

// ---- by every call ----
static pthread_mutex_t again;
static unsigned stride, load;
static void* workBad(void* unused) {
    pthread_mutex_lock(&again); // partner: data-race
    load += stride;             // partner: data-race
    pthread_mutex_unlock(&again);
    return unused;
}
static void setUpBad(void) {
    stride = 4;                                // expect: data-race "stride"
    if (pthread_mutex_init(&again, NULL) != 0) // expect: data-race "again"
        abort();
    for (int i = 0; i < kThreads; i++)
        start(workBad);
}
void submitBad(void) {
    setUpBad();
    pthread_mutex_lock(&again); // partner: data-race
    load++;
    pthread_mutex_unlock(&again);
}
void submitAllBad(int n) {
    for (int i = 0; i < n; i++)
        submitBad();
}

// ---- once, but after the start ----
static pthread_once_t late = PTHREAD_ONCE_INIT;
static unsigned width, height, seen;
static void* lookBad(void* unused) {
    seen = width + height; // partner: data-race
    return unused;
}
static void setUpLateBad(void) {
    width = 4;
    start(lookBad);
    height = 3; // expect: data-race "height"
}
void lookOnceBad(void) { pthread_once(&late, setUpLateBad); }
