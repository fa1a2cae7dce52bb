// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A worker ends while it holds the lock.
// EXPECT: deadlock owner-ended
#include "processes.h"

static pthread_mutex_t* mutex;

static void work(void) {
    pthread_mutex_lock(mutex);
    _exit(0);
}

int main(void) {
    mutex = shareMemory(sizeof *mutex);
#ifdef FIXED
    initShared(mutex, 1);
#else
    initShared(mutex, 0);
#endif
    const pid_t child = start(work);
    if (pthread_mutex_lock(mutex) == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
    pthread_mutex_unlock(mutex);
    waitpid(child, NULL, 0);
    return 0;
}
