// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Half a second is added to the nanoseconds of a moment. Where that makes a whole second, there is no such moment, the wait is
// refused at once, and whoever takes every end of it but success for a timeout goes on too early. It depends on the time of day.
// EXPECT: data-race
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <time.h>

enum { kSecond = 1000000000 };
static sem_t done;
static int value;

static void* work(void* unused) {
    value = 1;
    sem_post(&done);
    return unused;
}

int main(void) {
    sem_init(&done, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 3600;
    until.tv_nsec += kSecond / 2;
#ifdef FIXED
    until.tv_sec += until.tv_nsec / kSecond;
    until.tv_nsec %= kSecond;
    while (sem_timedwait(&done, &until) != 0)
        until.tv_sec += 3600;
#else
    sem_timedwait(&done, &until);
#endif
    const int seen = value;
    pthread_join(thread, NULL);
    return seen == 1 ? 0 : 1;
}
