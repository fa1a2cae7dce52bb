// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// <threads.h>: the waiter does not look at the flag before it waits.
// EXPECT: deadlock
#include <stddef.h>
#include <threads.h>

static mtx_t mutex;
static cnd_t changed;
static once_flag prepared = ONCE_FLAG_INIT;
static int ready;

static void prepare(void) {
    mtx_init(&mutex, mtx_plain);
    cnd_init(&changed);
}

static int announce(void* unused) {
    call_once(&prepared, prepare);
    mtx_lock(&mutex);
    ready = 1;
    cnd_signal(&changed);
    mtx_unlock(&mutex);
    return 7;
}

int main(void) {
    thrd_t thread;
    int result = 0;
    thrd_create(&thread, announce, NULL);
    call_once(&prepared, prepare);
    mtx_lock(&mutex);
#ifdef FIXED
    while (!ready)
#endif
        cnd_wait(&changed, &mutex);
    mtx_unlock(&mutex);
    thrd_join(thread, &result);
    return result == 7 ? 0 : 1;
}
