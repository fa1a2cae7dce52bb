// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Uses what cannot be steered.
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

static void* work(void* unused) {
    const struct itimerval never = {0};
    setitimer(ITIMER_PROF, &never, NULL);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return system("true");
}
