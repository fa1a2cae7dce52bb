// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread kills its process half-way when it does not find what it wants: the schedule so far is kept all the same.
// EXPECT: crash signal
// EXPECT: crash
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int ready;

static void* look(void* unused) {
#ifdef FIXED
    while (!ready) {
    }
#endif
    if (!ready)
        raise(SIGKILL);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, look, NULL);
    ready = 1;
    pthread_join(thread, NULL);
    return 0;
}
