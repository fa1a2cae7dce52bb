// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is watched for one event is not watched again: the second byte is never read, and who spins until it is spins for ever.
// EXPECT: livelock
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { kBytes = 2 };
static int set, ends[2];
static atomic_int bytesRead;

static void watch(int operation) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};
    epoll_ctl(set, operation, ends[0], &event);
}

static void* readBytes(void* unused) {
    for (int i = 0; i < kBytes; ++i) {
        char byte;
        struct epoll_event event;
        epoll_wait(set, &event, 1, -1);
        read(ends[0], &byte, 1);
        atomic_fetch_add(&bytesRead, 1);
#ifdef FIXED
        watch(EPOLL_CTL_MOD);
#endif
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pipe(ends);
    set = epoll_create1(0);
    watch(EPOLL_CTL_ADD);
    pthread_create(&thread, NULL, readBytes, NULL);
    for (int i = 0; i < kBytes; ++i)
        write(ends[1], "x", 1);
    while (atomic_load(&bytesRead) < kBytes)
        sched_yield();
    pthread_join(thread, NULL);
    return 0;
}
