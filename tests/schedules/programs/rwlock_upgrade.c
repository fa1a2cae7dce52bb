// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock
#include <pthread.h>
#include <stddef.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value;

static void* update(void* unused) {
    pthread_rwlock_rdlock(&lock);
    int seen = value;
#ifdef FIXED
    pthread_rwlock_unlock(&lock);
#endif
    pthread_rwlock_wrlock(&lock);
    value = seen + 1;
    pthread_rwlock_unlock(&lock);
#ifndef FIXED
    pthread_rwlock_unlock(&lock);
#endif
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, update, NULL);
    pthread_create(&threads[1], NULL, update, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return 0;
}
