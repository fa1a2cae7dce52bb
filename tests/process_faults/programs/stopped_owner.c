// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock: process P1 is stopped by SIGSTOP, and nobody continues it
// The parent stops its child, which may hold a lock that the parent wants.
#include "../../schedules/programs/processes.h"

static pthread_mutex_t* mutex;

static void work(void) {
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
}

int main(void) {
    mutex = shareMemory(sizeof *mutex);
    initShared(mutex, 0);
    const pid_t child = start(work);
    kill(child, SIGSTOP);
    pthread_mutex_lock(mutex);
    kill(child, SIGCONT);
    pthread_mutex_unlock(mutex);
    waitpid(child, NULL, 0);
    return 0;
}
