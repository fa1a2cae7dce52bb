// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The owner of a robust mutex dies while another process waits on a condition: the wait takes the mutex over, and says so.
// EXPECT: mutex-misuse
#include "processes.h"

struct Shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int value;
};
static struct Shared* shared;

static void changeAndDie(void) {
    if (pthread_mutex_lock(&shared->mutex) == EOWNERDEAD)
        pthread_mutex_consistent(&shared->mutex);
    ++shared->value;
    pthread_cond_signal(&shared->changed);
}

static int lock(void) {
    const int result = pthread_mutex_lock(&shared->mutex);
    return result == EOWNERDEAD ? pthread_mutex_consistent(&shared->mutex) : result;
}

static int await(void) {
    const int result = pthread_cond_wait(&shared->changed, &shared->mutex);
#ifdef FIXED
    if (result == EOWNERDEAD)
        return pthread_mutex_consistent(&shared->mutex);
#endif
    return result == EOWNERDEAD ? 0 : result;
}

int main(void) {
    shared = shareMemory(sizeof *shared);
    initShared(&shared->mutex, 1);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&shared->changed, &attributes);
    start(changeAndDie);
    start(changeAndDie);
    int error = lock();
    while (error == 0 && shared->value < 2)
        error = await();
    pthread_mutex_unlock(&shared->mutex);
    while (wait(NULL) > 0) {
    }
    return error;
}
