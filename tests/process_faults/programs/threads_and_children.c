// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// Children with threads of their own, one killed amid them; the robust lock that they share is repaired by whoever finds it.
#include "../../schedules/programs/processes.h"

static pthread_mutex_t* mutex;

static void* use(void* unused) {
    for (int i = 0; i < 2; ++i) {
        if (pthread_mutex_lock(mutex) == EOWNERDEAD)
            pthread_mutex_consistent(mutex);
        pthread_mutex_unlock(mutex);
    }
    return unused;
}

static void work(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, use, NULL);
    pthread_create(&b, NULL, use, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

int main(void) {
    mutex = shareMemory(sizeof *mutex);
    initShared(mutex, 1);
    const pid_t killed = start(work), other = start(work);
    kill(killed, SIGKILL);
    waitpid(killed, NULL, 0);
    waitpid(other, NULL, 0);
    use(NULL);
    return 0;
}
