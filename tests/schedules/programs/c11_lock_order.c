// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// <threads.h>: two mutexes, a recursive and a timed one, in opposite orders.
// EXPECT: deadlock
// EXPECT: lock-order
#include <stddef.h>
#include <threads.h>

static mtx_t first, second;

static int forwards(void* unused) {
    mtx_lock(&first);
    mtx_lock(&first);
    mtx_lock(&second);
    mtx_unlock(&second);
    mtx_unlock(&first);
    mtx_unlock(&first);
    return 0;
}

static int backwards(void* unused) {
#ifdef FIXED
    return forwards(unused);
#endif
    mtx_lock(&second);
    mtx_lock(&first);
    mtx_unlock(&first);
    mtx_unlock(&second);
    return 0;
}

int main(void) {
    thrd_t a, b;
    mtx_init(&first, mtx_plain | mtx_recursive);
    mtx_init(&second, mtx_timed);
    thrd_create(&a, forwards, NULL);
    thrd_create(&b, backwards, NULL);
    thrd_join(a, NULL);
    thrd_join(b, NULL);
    return 0;
}
