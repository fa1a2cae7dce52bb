// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ppoll, pselect and epoll_pwait without a limit on a pipe; the last message is never written.
// EXPECT: deadlock
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

static int ends[2];

static void* send(void* unused) {
    write(ends[1], "a", 1);
    write(ends[1], "b", 1);
#ifdef FIXED
    write(ends[1], "c", 1);
#endif
    return unused;
}

static void take(void) {
    char message;
    read(ends[0], &message, 1);
}

int main(void) {
    pthread_t thread;
    pipe(ends);
    pthread_create(&thread, NULL, send, NULL);
    struct pollfd wanted = {ends[0], POLLIN, 0};
    ppoll(&wanted, 1, NULL, NULL);
    take();
    fd_set reads;
    FD_ZERO(&reads);
    FD_SET(ends[0], &reads);
    pselect(ends[0] + 1, &reads, NULL, NULL, NULL, NULL);
    take();
    const int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event);
    epoll_pwait(set, &event, 1, -1, NULL);
    take();
    pthread_join(thread, NULL);
    return 0;
}
