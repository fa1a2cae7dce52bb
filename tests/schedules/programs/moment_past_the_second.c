// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nanoseconds without a carry are no moment: the wait is refused at once, and that is not to be taken for its end.
// EXPECT: data-race
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <time.h>

static sem_t done;
static int value;

static void* work(void* unused) {
    value = 1;
    sem_post(&done);
    return unused;
}

int main(void) {
    sem_init(&done, 0, 0);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never = PTHREAD_COND_INITIALIZER;
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 1000000000;
    pthread_mutex_lock(&mutex);
    int refused = pthread_cond_timedwait(&never, &mutex, &until) == EINVAL;
    pthread_mutex_unlock(&mutex);
    refused += pthread_rwlock_timedwrlock(&lock, &until) == EINVAL;
    refused += pthread_mutex_timedlock(&mutex, &until) == 0; // nobody need wait
    pthread_mutex_unlock(&mutex);
    const struct timespec length = {0, 1500000000};
    refused += nanosleep(&length, NULL) == -1 && errno == EINVAL;
    refused += clock_nanosleep(CLOCK_MONOTONIC, 0, &length, NULL) == EINVAL;
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
#ifdef FIXED
    until.tv_sec += 1;
    until.tv_nsec -= 1000000000;
#endif
    while (sem_timedwait(&done, &until) != 0 && errno == ETIMEDOUT)
        until.tv_sec += 1;
    const int seen = value;
    pthread_join(thread, NULL);
    return refused == 5 && seen == 1 ? 0 : 1;
}
