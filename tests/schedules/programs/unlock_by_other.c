// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: mutex-misuse bad-unlock
// RUN: mutex-misuse
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* other(void* unused) {
#ifndef FIXED
    pthread_mutex_unlock(&mutex);
#endif
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, other, NULL);
    pthread_join(thread, NULL);
#ifdef FIXED
    pthread_mutex_unlock(&mutex);
#endif
    return 0;
}
