// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A message sent in two parts is received in two parts, unless all of it is asked for.
// EXPECT: crash exit-status
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void* send_in_parts(void* unused) {
    write(ends[1], "he", 2);
    write(ends[1], "llo", 3);
    return unused;
}

int main(void) {
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    pthread_t thread;
    pthread_create(&thread, NULL, send_in_parts, NULL);
    char message[5];
#ifdef FIXED
    const ssize_t bytes = recv(ends[0], message, sizeof message, MSG_WAITALL);
#else
    const ssize_t bytes = recv(ends[0], message, sizeof message, 0);
#endif
    pthread_join(thread, NULL);
    shutdown(ends[1], SHUT_WR);
    const ssize_t rest = recv(ends[0], message, sizeof message, MSG_WAITALL);
    return bytes == sizeof message && rest == 0 ? 0 : 1;
}
