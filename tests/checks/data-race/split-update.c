// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As split-update.cpp, with C's atomics and the compiler's builtins.
#include <pthread.h>
#include <stdatomic.h>

static _Atomic int assigned, added, loaded;
static int builtin, fetched;

static void* run(void* unused) {
    assigned = assigned + 1; // expect: data-race(split-update) "assigned"
    added += 1;
    int before = atomic_load(&loaded);
    if (before > 3)
        atomic_store(&loaded, before - 3); // expect: data-race(split-update) "loaded"
    int value = __atomic_load_n(&builtin, __ATOMIC_RELAXED);
    __atomic_store_n(&builtin, value + 1, __ATOMIC_RELAXED); // expect: data-race(split-update) "builtin"
    return unused;
}
static void* fetchOk(void* unused) {
    __atomic_fetch_add(&fetched, 1, __ATOMIC_RELAXED);
    int value = __atomic_load_n(&fetched, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&fetched, &value, value + 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return unused;
}
void startAll(void) {
    pthread_t threads[4];
    pthread_create(&threads[0], NULL, run, NULL);
    pthread_create(&threads[1], NULL, run, NULL);
    pthread_create(&threads[2], NULL, fetchOk, NULL);
    pthread_create(&threads[3], NULL, fetchOk, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}
