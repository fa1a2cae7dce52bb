// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// <threads.h>: one of two threads counts without the lock.
// EXPECT: data-race
#include <stddef.h>
#include <threads.h>

static mtx_t mutex;
static int count;

static int add(void* unlocked) {
    if (!unlocked)
        mtx_lock(&mutex);
    ++count;
    if (!unlocked)
        mtx_unlock(&mutex);
    return 0;
}

int main(void) {
    thrd_t a, b;
    mtx_init(&mutex, mtx_plain);
    thrd_create(&a, add, NULL);
#ifdef FIXED
    thrd_create(&b, add, NULL);
#else
    thrd_create(&b, add, &count);
#endif
    thrd_join(a, NULL);
    thrd_join(b, NULL);
    mtx_destroy(&mutex);
    return count == 2 ? 0 : 1;
}
