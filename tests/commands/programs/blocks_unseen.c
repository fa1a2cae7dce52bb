// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Waits within a function of the C library that the runtime does not know, for another thread.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

static void* send(void* unused) {
    write(ends[1], "7\n", 2);
    return unused;
}

int main(void) {
    pthread_t thread;
    int number = 0;
    pipe(ends);
    FILE* file = fdopen(ends[0], "r");
    pthread_create(&thread, NULL, send, NULL);
    fscanf(file, "%d", &number);
    pthread_join(thread, NULL);
    return number == 7 ? 0 : 1;
}
