// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory that one process makes and another gets as a descriptor through a socket.
// EXPECT: data-race processes
#include "processes.h"
#include <sys/socket.h>

static int ends[2];

union Control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header;
};

static struct msghdr messageOf(struct iovec* part, union Control* control) {
    return (struct msghdr){.msg_iov = part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof *control};
}

static void pass(int file) {
    char byte = 'f';
    struct iovec part = {&byte, 1};
    union Control control = {.header = {CMSG_LEN(sizeof file), SOL_SOCKET, SCM_RIGHTS}};
    struct msghdr message = messageOf(&part, &control);
    memcpy(CMSG_DATA(&control.header), &file, sizeof file);
    sendmsg(ends[0], &message, 0);
}

static int receive(void) {
    char byte = 0;
    int file = -1;
    struct iovec part = {&byte, 1};
    union Control control;
    struct msghdr message = messageOf(&part, &control);
    assert(recvmsg(ends[1], &message, 0) == 1);
    memcpy(&file, CMSG_DATA(&control.header), sizeof file);
    return file;
}

static int* map(int file) { return mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0); }

static void work(void) {
    close(ends[0]);
    ++*map(receive());
    write(ends[1], "d", 1);
}

int main(void) {
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    start(work);
    close(ends[1]);
    const int file = memfd_create("passed", 0);
    ftruncate(file, sizeof(int));
    int* value = map(file);
    pass(file);
    char done = 0;
#ifdef FIXED
    read(ends[0], &done, 1);
    ++*value;
#else
    ++*value;
    read(ends[0], &done, 1);
#endif
    wait(NULL);
    return *value == 2 ? 0 : 1;
}
