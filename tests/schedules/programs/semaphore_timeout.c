// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A semaphore that was not posted in time counts as taken, by the wall clock and by the monotonic one.
// EXPECT: data-race
// EXPLORE: --strategy random --schedules 1000
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <time.h>

static sem_t ready, ready_too;
static int value;

static int wait_on(sem_t* semaphore, clockid_t clock) {
    struct timespec limit;
    clock_gettime(clock, &limit);
    limit.tv_sec += 3;
    return clock == CLOCK_REALTIME ? sem_timedwait(semaphore, &limit) : sem_clockwait(semaphore, clock, &limit);
}

static void* reader(void* unused) {
    if (wait_on(&ready, CLOCK_REALTIME) != 0)
        return unused;
#ifdef FIXED
    if (wait_on(&ready_too, CLOCK_MONOTONIC) != 0)
        return unused;
#else
    wait_on(&ready_too, CLOCK_MONOTONIC);
#endif
    ++value;
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&ready_too, 0, 0);
    pthread_create(&thread, NULL, reader, NULL);
    sem_post(&ready);
    ++value;
    sem_post(&ready_too);
    pthread_join(thread, NULL);
    return 0;
}
