// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The signal may come before the wait.
// EXPECT: deadlock lost-wakeup
#include "processes.h"

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t ready;
    int isReady;
}* state;

static void announce(void) {
    pthread_mutex_lock(&state->mutex);
    state->isReady = 1;
    pthread_cond_signal(&state->ready);
    pthread_mutex_unlock(&state->mutex);
}

int main(void) {
    state = shareMemory(sizeof *state);
    initShared(&state->mutex, 0);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&state->ready, &attributes);
    const pid_t child = start(announce);
    pthread_mutex_lock(&state->mutex);
#ifdef FIXED
    while (!state->isReady)
#endif
        pthread_cond_wait(&state->ready, &state->mutex);
    pthread_mutex_unlock(&state->mutex);
    waitpid(child, NULL, 0);
    return 0;
}
