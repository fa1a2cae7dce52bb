// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A join with a limit is taken for a join; the other thread polls with tryjoin.
// EXPECT: data-race
// EXPECT: crash
// EXPECT: unjoined-thread
// EXPLORE: --strategy random --schedules 1000
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

static int first, second;

static void* work(void* out) {
    *(int*)out = 1;
    return NULL;
}

static void poll_for(pthread_t thread) {
    while (pthread_tryjoin_np(thread, NULL) == EBUSY)
        sched_yield();
}

int main(void) {
    pthread_t a, b;
    struct timespec limit;
    pthread_create(&a, NULL, work, &first);
    pthread_create(&b, NULL, work, &second);
    poll_for(a);
    clock_gettime(CLOCK_REALTIME, &limit);
    ++limit.tv_sec;
#ifdef FIXED
    if (pthread_timedjoin_np(b, NULL, &limit) == ETIMEDOUT)
        pthread_join(b, NULL);
#else
    pthread_timedjoin_np(b, NULL, &limit);
#endif
    return first + second == 2 ? 0 : 1;
}
