// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Latches made by hand, C: how many threads are left, how many are done.
#include <pthread.h>

enum { kThreads = 4 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void start(void* (*work)(void*)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) == 0)
        pthread_detach(thread);
}

// ---- counted down ----
static int left = kThreads, sum;
static void* add(void* unused) {
    pthread_mutex_lock(&mutex);
    sum++;
    if (--left == 0)
        pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}
int downOk(void) {
    for (int i = 0; i < kThreads; ++i)
        start(add);
    pthread_mutex_lock(&mutex);
    while (left > 0)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return sum;
}

// ---- counted up ----
static int done, product, later;
static void* multiply(void* unused) {
    pthread_mutex_lock(&mutex);
    product++;
    done++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_lock(&mutex);
    later++;
    pthread_mutex_unlock(&mutex);
    return unused;
}
int upOk(void) {
    for (int i = 0; i < kThreads; ++i)
        start(multiply);
    pthread_mutex_lock(&mutex);
    while (done < kThreads)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return product;
}
int afterCountBad(void) {
    return upOk() + later; // expect: data-race "later"
}

// ---- one of several is not all of them ----
static int arrived, total;
static void* arrive(void* unused) {
    pthread_mutex_lock(&mutex);
    total++;
    arrived++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}
int firstOnlyBad(void) {
    for (int i = 0; i < kThreads; ++i)
        start(arrive);
    pthread_mutex_lock(&mutex);
    while (arrived == 0)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return total; // expect: data-race "total"
}

// ---- counted up by who starts them, down by themselves ----
static int active, served, refused;
static void* serve(void* unused) {
    pthread_mutex_lock(&mutex);
    served++;
    if (--active == 0)
        pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}
int servedOk(int clients) {
    while (clients-- > 0) {
        pthread_mutex_lock(&mutex);
        active++;
        pthread_mutex_unlock(&mutex);
        start(serve);
    }
    pthread_mutex_lock(&mutex);
    while (active > 0)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return served;
}
// Counted up by the thread itself: nobody may have begun yet when nobody is left.
static int running;
static void* refuse(void* unused) {
    pthread_mutex_lock(&mutex);
    running++;
    pthread_mutex_unlock(&mutex);
    pthread_mutex_lock(&mutex);
    refused++;
    running--;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}
int countedTooLateBad(void) {
    for (int i = 0; i < kThreads; ++i)
        start(refuse);
    pthread_mutex_lock(&mutex);
    while (running > 0)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return refused; // expect: data-race "refused"
}

int main(void) { return downOk() + upOk() + afterCountBad() + firstOnlyBad() + servedOk(3) + countedTooLateBad(); }
