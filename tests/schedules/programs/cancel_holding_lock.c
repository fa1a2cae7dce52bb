// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread is cancelled in a wait that it entered with a second mutex locked.
// EXPECT: deadlock
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void unlock(void* mutex) { pthread_mutex_unlock(mutex); }

static void* waiter(void* unused) {
    pthread_mutex_lock(&outer);
#ifdef FIXED
    pthread_cleanup_push(unlock, &outer);
#endif
    pthread_mutex_lock(&inner);
    pthread_cleanup_push(unlock, &inner);
    for (;;)
        pthread_cond_wait(&never, &inner);
    pthread_cleanup_pop(1);
#ifdef FIXED
    pthread_cleanup_pop(1);
#endif
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    return 0;
}
