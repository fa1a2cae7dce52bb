// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race processes
#include "processes.h"

static struct {
    pthread_mutex_t mutex;
    int value;
}* counter;

static void count(void) {
    for (int i = 0; i < 3; ++i) {
#ifdef FIXED
        pthread_mutex_lock(&counter->mutex);
#endif
        ++counter->value;
#ifdef FIXED
        pthread_mutex_unlock(&counter->mutex);
#endif
    }
}

int main(void) {
    counter = shareMemory(sizeof *counter);
    initShared(&counter->mutex, 0);
    const pid_t child = start(count);
    count();
    waitpid(child, NULL, 0);
    return counter->value == 6 ? 0 : 1;
}
