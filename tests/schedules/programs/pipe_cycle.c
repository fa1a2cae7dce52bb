// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two threads each wait for the other's message before they send their own.
// EXPECT: deadlock
// RUN: deadlock
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static int there[2], back[2];

static void* partner(void* unused) {
    char message;
#ifdef FIXED
    write(back[1], "a", 1);
    read(there[0], &message, 1);
#else
    read(there[0], &message, 1);
    write(back[1], "a", 1);
#endif
    return unused;
}

int main(void) {
    pthread_t thread;
    char message;
    pipe(there);
    pipe(back);
    pthread_create(&thread, NULL, partner, NULL);
    read(back[0], &message, 1);
    write(there[1], "b", 1);
    pthread_join(thread, NULL);
    return 0;
}
