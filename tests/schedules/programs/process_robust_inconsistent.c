// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The survivor does not repair what the dead owner left.
// EXPECT: mutex-misuse inconsistent-unlock
#include "processes.h"

static pthread_mutex_t* mutex;

static void work(void) {
    pthread_mutex_lock(mutex);
    _exit(0);
}

int main(void) {
    mutex = shareMemory(sizeof *mutex);
    initShared(mutex, 1);
    const pid_t child = start(work);
    waitpid(child, NULL, 0);
    const int result = pthread_mutex_lock(mutex);
#ifdef FIXED
    if (result == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
#endif
    (void)result;
    pthread_mutex_unlock(mutex);
    return 0;
}
