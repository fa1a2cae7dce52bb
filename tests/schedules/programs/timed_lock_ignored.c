// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The result of a timed lock is ignored: when it times out, the update is not protected.
// EXPECT: data-race
// EXPECT: mutex-misuse
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pos --schedules 1000
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static struct timespec in_a_second(clockid_t clock) {
    struct timespec at;
    clock_gettime(clock, &at);
    ++at.tv_sec;
    return at;
}

static void* timed(void* unused) {
    const struct timespec at = in_a_second(CLOCK_REALTIME);
#ifdef FIXED
    if (pthread_mutex_timedlock(&mutex, &at) != 0)
        return unused;
#else
    pthread_mutex_timedlock(&mutex, &at);
#endif
    ++balance;
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void* clocked(void* unused) {
    const struct timespec at = in_a_second(CLOCK_MONOTONIC);
    if (pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &at) != 0)
        return unused;
    ++balance;
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, timed, NULL);
    pthread_create(&b, NULL, clocked, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
