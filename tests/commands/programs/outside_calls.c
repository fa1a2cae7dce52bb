// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls that the scheduler does not decide: one that waits for another thread, some that tell of events from outside.
#include <aio.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

static int from[2], to[2];

static void* send(void* unused) {
    write(from[1], "x", 1);
    return unused;
}

static void openDescriptors(void) { inotify_init1(0); }

int main(void) {
    pthread_t thread;
    char byte = 0;
    pipe(from);
    pipe(to);
    pthread_create(&thread, NULL, send, NULL);
    splice(from[0], NULL, to[1], NULL, 1, 0);
    read(to[0], &byte, 1);
    pthread_join(thread, NULL);
    openDescriptors();
    syscall(SYS_ppoll, NULL, 0, &(struct timespec){0}, NULL);
    return byte == 'x' ? 0 : 1;
}
