// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C: a mutex on the stack that no other thread can reach.
#include <pthread.h>
#include <stddef.h>

void touch(void);

void localBad(void) {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex); // expect: local-mutex "mutex"
    touch();
    pthread_mutex_unlock(&mutex);
}

void staticLocalOk(void) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    touch();
    pthread_mutex_unlock(&mutex);
}

struct shared {
    pthread_mutex_t mutex;
    int count;
};
static void* work(void* argument) {
    struct shared* shared = argument;
    pthread_mutex_lock(&shared->mutex);
    shared->count++;
    pthread_mutex_unlock(&shared->mutex);
    return NULL;
}
int handedToAThreadOk(void) {
    struct shared shared = {PTHREAD_MUTEX_INITIALIZER, 0};
    pthread_t worker;
    pthread_create(&worker, NULL, work, &shared);
    pthread_mutex_lock(&shared.mutex);
    int seen = shared.count;
    pthread_mutex_unlock(&shared.mutex);
    pthread_join(worker, NULL);
    return seen;
}
