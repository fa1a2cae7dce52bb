// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A reader that reads again waits for a writer that waits for it, where writers go first.
// EXPECT: deadlock lock-cycle
#define _GNU_SOURCE
#include <pthread.h>

static pthread_rwlock_t lock;
static int value;

static int readValue(void) {
    pthread_rwlock_rdlock(&lock);
    const int read = value;
    pthread_rwlock_unlock(&lock);
    return read;
}

static void* readTwice(void* unused) {
#ifdef FIXED
    readValue();
#else
    pthread_rwlock_rdlock(&lock);
    readValue();
    pthread_rwlock_unlock(&lock);
#endif
    return unused;
}

static void* writeValue(void* unused) {
    pthread_rwlock_wrlock(&lock);
    ++value;
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_rwlockattr_t writersFirst;
    pthread_rwlockattr_init(&writersFirst);
    pthread_rwlockattr_setkind_np(&writersFirst, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&lock, &writersFirst);
    pthread_create(&threads[0], NULL, readTwice, NULL);
    pthread_create(&threads[1], NULL, writeValue, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
