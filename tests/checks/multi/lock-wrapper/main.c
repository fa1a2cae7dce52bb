// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache.h"

#include <pthread.h>
#include <stddef.h>

static void* reader(void* unused) {
    cache_get_ok();
    return unused;
}

int main(void) {
    cache_init();
    pthread_t thread;
    pthread_create(&thread, NULL, reader, NULL);
    cache_put_ok(1);
    int hits = cache_hits_bad();
    pthread_join(thread, NULL);
    return hits;
}
