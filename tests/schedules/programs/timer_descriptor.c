// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two threads wait for the ticks of a timer each, which the engine makes; a third wait is for a timer that is never set.
// EXPECT: deadlock
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { kTicks = 3 };
static int ticks;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* tick(void* unused) {
    const struct itimerspec often = {{0, 1000000}, {0, 1000000}};
    const int timer = timerfd_create(CLOCK_MONOTONIC, 0), set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(set, EPOLL_CTL_ADD, timer, &event);
    timerfd_settime(timer, 0, &often, NULL);
    for (int i = 0; i < kTicks; ++i) {
        uint64_t count = 0;
        epoll_wait(set, &event, 1, -1);
        read(timer, &count, sizeof count);
        pthread_mutex_lock(&mutex);
        ticks += (int)count;
        pthread_mutex_unlock(&mutex);
    }
    close(timer);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, tick, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
#ifndef FIXED
    uint64_t count = 0;
    read(timerfd_create(CLOCK_MONOTONIC, 0), &count, sizeof count);
#endif
    return ticks >= 2 * kTicks ? 0 : 1;
}
