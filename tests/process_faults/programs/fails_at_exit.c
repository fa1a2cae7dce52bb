// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: ends with signal 6
// What fails when main is over belongs to the schedule: a child must not leave before its last handler has run.
#include <pthread.h>
#include <stdlib.h>

static int value;

__attribute__((destructor)) static void check(void) {
    if (value == 1)
        abort();
}

static void* work(void* unused) {
    value = 1;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return 0;
}
