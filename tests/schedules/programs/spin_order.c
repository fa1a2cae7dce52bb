// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two spinlocks are taken in opposite orders.
// EXPECT: deadlock
// EXPECT: lock-order
#include <pthread.h>
#include <stddef.h>

static pthread_spinlock_t first, second;
static int value;

static void add_under(pthread_spinlock_t* outer, pthread_spinlock_t* inner) {
    pthread_spin_lock(outer);
    pthread_spin_lock(inner);
    ++value;
    pthread_spin_unlock(inner);
    pthread_spin_unlock(outer);
}

static void* other(void* unused) {
#ifdef FIXED
    add_under(&first, &second);
#else
    add_under(&second, &first);
#endif
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&first, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_init(&second, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&thread, NULL, other, NULL);
    add_under(&first, &second);
    pthread_join(thread, NULL);
    return 0;
}
