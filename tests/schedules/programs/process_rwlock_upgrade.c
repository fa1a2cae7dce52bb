// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two readers both want to become the writer.
// EXPECT: deadlock
#include "processes.h"

static struct {
    pthread_rwlock_t lock;
    int value;
}* cache;

static void update(void) {
#ifdef FIXED
    pthread_rwlock_wrlock(&cache->lock);
    ++cache->value;
    pthread_rwlock_unlock(&cache->lock);
#else
    pthread_rwlock_rdlock(&cache->lock);
    if (cache->value < 5) {
        pthread_rwlock_wrlock(&cache->lock);
        ++cache->value;
        pthread_rwlock_unlock(&cache->lock);
    }
    pthread_rwlock_unlock(&cache->lock);
#endif
}

int main(void) {
    cache = shareMemory(sizeof *cache);
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_rwlock_init(&cache->lock, &attributes);
    const pid_t child = start(update);
    update();
    waitpid(child, NULL, 0);
    return 0;
}
