// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A call that is told not to wait comes back empty-handed, on a socket that otherwise waits.
// EXPECT: data-race
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/socket.h>

static int ends[2], value;

static void* send_when_done(void* unused) {
    value = 1;
    send(ends[1], "x", 1, MSG_DONTWAIT);
    return unused;
}

int main(void) {
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    pthread_t thread;
    pthread_create(&thread, NULL, send_when_done, NULL);
    char byte;
#ifdef FIXED
    while (recv(ends[0], &byte, 1, MSG_DONTWAIT) != 1)
        sched_yield();
#else
    recv(ends[0], &byte, 1, MSG_DONTWAIT);
#endif
    const int seen = value;
    pthread_join(thread, NULL);
    const char block[4096] = "";
    while (send(ends[1], block, sizeof block, MSG_DONTWAIT) > 0) {
    }
    return seen == 1 ? 0 : 1;
}
