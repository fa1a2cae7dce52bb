// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A barrier for three at which two arrive.
// EXPECT: deadlock
// RUN: deadlock
#include <pthread.h>
#include <stddef.h>

#ifdef FIXED
enum { PARTIES = 2 };
#else
enum { PARTIES = 3 };
#endif
static pthread_barrier_t barrier;

static void* arrive(void* unused) {
    pthread_barrier_wait(&barrier);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, PARTIES);
    pthread_create(&thread, NULL, arrive, NULL);
    pthread_barrier_wait(&barrier);
    pthread_join(thread, NULL);
    return 0;
}
