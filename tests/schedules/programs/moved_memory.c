// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two threads move their buffers by mremap, the second one to where the first one's was. The accesses to what lay there
// before race with nothing.
// EXPECT: data-race
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

enum { kPage = 4096 };
static _Atomic(int*) freed;
static _Atomic(int*) moved;

static int* map(int protection) { return mmap(NULL, kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

static int* move(int* from, int* to) {
    int* result = mremap(from, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, to);
    assert(result == to);
    return result;
}

static void* first(void* unused) {
    int* buffer = map(PROT_READ | PROT_WRITE);
    buffer[0] = 1;
    int* place = move(buffer, map(PROT_NONE));
    atomic_store_explicit(&moved, place, memory_order_relaxed);
    place[1] = 1;
    atomic_store_explicit(&freed, buffer, memory_order_relaxed);
    return NULL;
}

int main(void) {
    int* own = map(PROT_READ | PROT_WRITE);
    pthread_t thread;
    pthread_create(&thread, NULL, first, NULL);
    int* place = NULL;
    while (!(place = atomic_load_explicit(&freed, memory_order_relaxed)))
        sched_yield();
    int* buffer = move(own, place);
    buffer[0] = 2;
#ifndef FIXED
    atomic_load_explicit(&moved, memory_order_relaxed)[1] = 2;
#endif
    pthread_join(thread, NULL);
    return buffer[0] == 2 ? 0 : 1;
}
