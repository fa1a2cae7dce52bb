// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread ends while it holds a robust mutex; the next owner does not make it consistent, so that nobody gets it any more.
// EXPECT: crash
// EXPECT: mutex-misuse
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex;
static int value;

static void* die_with_it(void* unused) {
    pthread_mutex_lock(&mutex);
    ++value;
    return unused;
}

static void take(void) {
    const int result = pthread_mutex_lock(&mutex);
#ifdef FIXED
    if (result == EOWNERDEAD)
        pthread_mutex_consistent(&mutex);
#endif
    assert(result == 0 || result == EOWNERDEAD);
    ++value;
    pthread_mutex_unlock(&mutex);
}

int main(void) {
    pthread_mutexattr_t robust;
    pthread_t thread;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mutex, &robust);
    pthread_create(&thread, NULL, die_with_it, NULL);
    take();
    pthread_join(thread, NULL);
    take();
    take();
    return 0;
}
