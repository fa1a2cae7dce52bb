// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two threads see the same byte announced by poll; both read, one waits for ever.
// EXPECT: deadlock
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static int ends[2];

static void* take(void* unused) {
    char byte;
    struct pollfd wanted = {ends[0], POLLIN, 0};
    if (poll(&wanted, 1, 0) == 1 && read(ends[0], &byte, 1) == 1)
        return unused;
    return NULL;
}

int main(void) {
    pthread_t a, b;
    if (pipe(ends) != 0)
        return 1;
#ifdef FIXED
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
#endif
    if (write(ends[1], "x", 1) != 1)
        return 1;
    pthread_create(&a, NULL, take, NULL);
    pthread_create(&b, NULL, take, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
