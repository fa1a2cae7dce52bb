// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A process dies with a robust lock; who takes the lock over finds what was written under it, who does not take it races.
// EXPECT: data-race processes
#include "processes.h"

static struct {
    pthread_mutex_t mutex;
    int written, seen;
}* shared;

static void leaveLocked(void) {
    pthread_mutex_lock(&shared->mutex);
    shared->written = 1;
}

static void repair(void) {
#ifdef FIXED
    if (pthread_mutex_lock(&shared->mutex) == EOWNERDEAD)
        pthread_mutex_consistent(&shared->mutex);
    shared->seen = shared->written;
    pthread_mutex_unlock(&shared->mutex);
#else
    shared->seen = shared->written;
#endif
}

int main(void) {
    shared = shareMemory(sizeof *shared);
    initShared(&shared->mutex, 1);
    start(leaveLocked);
    start(repair);
    while (wait(NULL) > 0) {
    }
    return 0;
}
