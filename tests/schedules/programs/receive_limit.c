// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A socket that is read for a limited time only: when the time is over nothing has been read, and nobody is stuck.
// EXPECT: data-race
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int ends[2], value;

static void* send_when_done(void* unused) {
    value = 1;
    write(ends[1], "x", 1);
    return unused;
}

int main(void) {
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    const struct timeval limit = {0, 1000};
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    pthread_t thread;
    pthread_create(&thread, NULL, send_when_done, NULL);
    char byte;
#ifdef FIXED
    while (read(ends[0], &byte, 1) != 1)
        if (errno != EAGAIN)
            return 1;
#else
    read(ends[0], &byte, 1);
#endif
    const int seen = value;
    pthread_join(thread, NULL);
    const ssize_t more = recv(ends[0], &byte, 1, 0);
    return more < 0 && errno == EAGAIN && seen == 1 ? 0 : 1;
}
