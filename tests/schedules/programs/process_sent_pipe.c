// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child sends the write end of its pipe to its parent, with more data beside it than fits at once, and keeps it as well: the
// pipe never ends.
// EXPECT: deadlock
// RUN: deadlock
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kBytes = 1 << 19 };
union Control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr head;
};

static void sendAll(int socket, int descriptor) {
    static char half[kBytes / 2];
    struct iovec parts[2] = {{half, sizeof half}, {half, sizeof half}};
    union Control control = {.head = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.head), &descriptor, sizeof descriptor);
    const struct msghdr message = {
        .msg_iov = parts, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control};
    sendmsg(socket, &message, 0);
}

static int receiveAll(int socket) {
    static char data[kBytes];
    int descriptor = -1;
    union Control control;
    struct iovec part = {data, sizeof data};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(socket, &message, 0);
    memcpy(&descriptor, CMSG_DATA(&control.head), sizeof descriptor);
    while (got < kBytes)
        got += read(socket, data, (size_t)(kBytes - got));
    return descriptor;
}

int main(void) {
    int sockets[2], ends[2];
    char byte = 'x';
    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
    if (fork() == 0) {
        pipe(ends);
        sendAll(sockets[1], ends[1]);
#ifdef FIXED
        close(ends[1]);
#endif
        while (read(ends[0], &byte, 1) == 1) {
        }
        _exit(0);
    }
    const int end = receiveAll(sockets[0]);
    write(end, &byte, 1);
    close(end);
    wait(NULL);
    return 0;
}
