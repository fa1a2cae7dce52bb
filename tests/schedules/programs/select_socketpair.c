// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Both ends of a socket pair wait with select for the other to speak first.
// EXPECT: deadlock
#include <pthread.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void await(int end) {
    fd_set wanted;
    char byte;
    FD_ZERO(&wanted);
    FD_SET(end, &wanted);
    if (select(end + 1, &wanted, NULL, NULL, NULL) == 1)
        recv(end, &byte, 1, 0);
}

static void* server(void* unused) {
    await(ends[1]);
    send(ends[1], "a", 1, 0);
    return unused;
}

int main(void) {
    pthread_t thread;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return 1;
    pthread_create(&thread, NULL, server, NULL);
#ifdef FIXED
    send(ends[0], "q", 1, 0);
#endif
    await(ends[0]);
    pthread_join(thread, NULL);
    return 0;
}
