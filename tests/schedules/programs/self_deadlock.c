// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock self
// RUN: deadlock
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void inner(void) {
#ifndef FIXED
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
#endif
}

int main(void) {
    pthread_mutex_lock(&mutex);
    inner();
    pthread_mutex_unlock(&mutex);
    return 0;
}
