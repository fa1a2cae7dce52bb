// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The result of a try on a spinlock is ignored.
// EXPECT: data-race
// EXPECT: mutex-misuse
#include <pthread.h>
#include <stddef.h>

static pthread_spinlock_t lock;
static int value;

static void* add(void* unused) {
#ifdef FIXED
    while (pthread_spin_trylock(&lock) != 0) {
    }
#else
    pthread_spin_trylock(&lock);
#endif
    ++value;
    pthread_spin_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&a, NULL, add, NULL);
    pthread_create(&b, NULL, add, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
