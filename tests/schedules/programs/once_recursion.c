// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock self
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void) {
#ifndef FIXED
    pthread_once(&once, initialise);
#endif
}

int main(void) {
    pthread_once(&once, initialise);
    return 0;
}
