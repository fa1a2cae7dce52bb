// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cache.h"

#include "lock.h"

static struct {
    struct lock lock;
    int value;
    int hits;
} cache;

void cache_init(void) {
    lock_init(&cache.lock);
    cache.value = -1;
    cache.hits = 0;
}

void cache_put_ok(int value) {
    locks.take(&cache.lock);
    cache.value = value;
    locks.give(&cache.lock);
}

int cache_get_ok(void) {
    locks.take(&cache.lock);
    int value = cache.value;
    cache.hits++; // partner: data-race
    locks.give(&cache.lock);
    return value;
}

int cache_hits_bad(void) {
    return cache.hits; // expect: data-race "hits"
}
