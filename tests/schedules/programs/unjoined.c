// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: unjoined-thread
// RUN: unjoined-thread
#include <pthread.h>
#include <stddef.h>

static void* work(void* unused) { return unused; }

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
#ifdef FIXED
    pthread_join(thread, NULL);
#endif
    return 0;
}
