// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C: the state changes outside the waiter's mutex, or the signal comes before the change.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    atomic_int open;
    int passed;
};

void gateWaitOk(struct gate* gate) {
    pthread_mutex_lock(&gate->mutex);
    while (!gate->open) {
        pthread_cond_wait(&gate->changed, &gate->mutex);
    }
    gate->passed++;
    pthread_mutex_unlock(&gate->mutex);
}
void gateOpenBad(struct gate* gate) {
    atomic_store(&gate->open, 1);           // expect: lost-wakeup "open"
    pthread_cond_broadcast(&gate->changed); // partner: lost-wakeup
}
void gateOpenOk(struct gate* gate) {
    pthread_mutex_lock(&gate->mutex);
    atomic_store(&gate->open, 1);
    pthread_mutex_unlock(&gate->mutex);
    pthread_cond_broadcast(&gate->changed);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int length;
int takeOk(void) {
    pthread_mutex_lock(&mutex);
    while (length == 0) {
        pthread_cond_wait(&filled, &mutex);
    }
    int taken = length--;
    pthread_mutex_unlock(&mutex);
    return taken;
}
void putOk(void) {
    pthread_mutex_lock(&mutex);
    length++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
}
void putBad(void) {
    length++;                     // expect: lost-wakeup "length"; partner: data-race
    pthread_cond_signal(&filled); // partner: lost-wakeup
}
void putUnderTheLockSignalAfterOk(void) {
    pthread_mutex_lock(&mutex);
    length++;
    pthread_mutex_unlock(&mutex);
    pthread_cond_signal(&filled);
}
