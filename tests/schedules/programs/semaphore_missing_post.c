// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock
// RUN: deadlock
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t permits;

static void* take(void* unused) {
    sem_wait(&permits);
#ifdef FIXED
    sem_post(&permits);
#endif
    return unused;
}

int main(void) {
    pthread_t threads[2];
    sem_init(&permits, 0, 1);
    for (int i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, take, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
