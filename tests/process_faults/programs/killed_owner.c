// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: whose holder has ended
// A child is killed while it may hold a lock that is not robust.
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
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    return 0;
}
