// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock
#include "processes.h"

static pthread_barrier_t* barrier;

static void meet(void) { pthread_barrier_wait(barrier); }

int main(void) {
    barrier = shareMemory(sizeof *barrier);
    pthread_barrierattr_t attributes;
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
#ifdef FIXED
    pthread_barrier_init(barrier, &attributes, 2);
#else
    pthread_barrier_init(barrier, &attributes, 3);
#endif
    const pid_t child = start(meet);
    meet();
    waitpid(child, NULL, 0);
    return 0;
}
