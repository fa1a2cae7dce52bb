// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: mutex-misuse destroy-locked
// RUN: mutex-misuse
#include <pthread.h>
#include <stddef.h>

int main(void) {
    pthread_mutex_t mutex;
    pthread_mutex_init(&mutex, NULL);
    pthread_mutex_lock(&mutex);
#ifdef FIXED
    pthread_mutex_unlock(&mutex);
#endif
    pthread_mutex_destroy(&mutex);
    return 0;
}
