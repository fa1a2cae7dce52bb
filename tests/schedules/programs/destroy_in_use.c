// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mutex is destroyed while another thread holds it; it stays locked until that thread lets it go.
// EXPECT: mutex-misuse destroy-locked
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t taken, let_go;

static void* hold(void* unused) {
    pthread_mutex_lock(&mutex);
    sem_post(&taken);
    sem_wait(&let_go);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void* use(void* unused) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void) {
    sem_init(&taken, 0, 0);
    sem_init(&let_go, 0, 0);
    pthread_t holder, user;
    pthread_create(&holder, NULL, hold, NULL);
    sem_wait(&taken);
#ifndef FIXED
    pthread_mutex_destroy(&mutex);
#endif
    pthread_create(&user, NULL, use, NULL);
    sem_post(&let_go);
    pthread_join(holder, NULL);
    pthread_join(user, NULL);
#ifdef FIXED
    pthread_mutex_destroy(&mutex);
#endif
    return 0;
}
