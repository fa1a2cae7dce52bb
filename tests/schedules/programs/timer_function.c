// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A timer calls a function in a thread of its own.
// EXPECT: data-race
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

static sem_t done;
static int value;

static void expire(union sigval unused) {
    (void)unused;
    ++value;
    sem_post(&done);
}

int main(void) {
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD};
    event.sigev_notify_function = expire;
    const struct itimerspec soon = {.it_value = {0, 1000000}};
    sem_init(&done, 0, 0);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &soon, NULL);
#ifdef FIXED
    sem_wait(&done);
    ++value;
#else
    ++value;
    sem_wait(&done);
#endif
    timer_delete(timer);
    return value == 2 ? 0 : 1;
}
