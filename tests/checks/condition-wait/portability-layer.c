// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that only wait, for callers in the program and for those outside: the loop is the callers'.
#include <pthread.h>
#include <stdlib.h>

struct Condition {
    pthread_cond_t native;
    pthread_mutex_t* mutex;
};
static void waitOrDie(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    if (pthread_cond_wait(condition, mutex) != 0) {
        abort();
    }
}
void platformWait(struct Condition* condition) { waitOrDie(&condition->native, condition->mutex); }

struct Box {
    pthread_mutex_t mutex;
    struct Condition filled;
    int full;
};
void takeFromOk(struct Box* box) {
    pthread_mutex_lock(&box->mutex);
    while (box->full == 0) {
        platformWait(&box->filled);
    }
    box->full = 0;
    pthread_mutex_unlock(&box->mutex);
}
void takeFromBad(struct Box* box) {
    pthread_mutex_lock(&box->mutex);
    if (box->full == 0) {
        platformWait(&box->filled); // expect: condition-wait
    }
    box->full = 0;
    pthread_mutex_unlock(&box->mutex);
}

/// For other programs.
void exportedWaitOk(struct Condition* condition) { platformWait(condition); }
