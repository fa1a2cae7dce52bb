// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child is killed while it may hold the lock.
// EXPECT: deadlock owner-ended
#include "processes.h"

static pthread_mutex_t* mutex;

static void work(void) {
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    for (;;)
        pause();
}

int main(void) {
    mutex = shareMemory(sizeof *mutex);
#ifdef FIXED
    initShared(mutex, 1);
#else
    initShared(mutex, 0);
#endif
    const pid_t child = start(work);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (pthread_mutex_lock(mutex) == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
    pthread_mutex_unlock(mutex);
    return 0;
}
