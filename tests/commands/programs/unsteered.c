// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Uses what cannot be steered.
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static void* work(void* unused) {
    alarm(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return system("true");
}
