// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A child that is stopped can be killed, and what it held is known to be lost.
#include "../../schedules/programs/processes.h"

static pthread_mutex_t* mutex;

static void work(void) {
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
}

int main(void) {
    mutex = shareMemory(sizeof *mutex);
    initShared(mutex, 1);
    const pid_t child = start(work);
    kill(child, SIGSTOP);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (pthread_mutex_lock(mutex) == EOWNERDEAD)
        pthread_mutex_consistent(mutex);
    pthread_mutex_unlock(mutex);
    return 0;
}
