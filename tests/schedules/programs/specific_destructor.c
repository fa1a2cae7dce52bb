// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The destructor of thread-specific data posts for every thread that ends, and sets its value again for another round.
// EXPECT: data-race
#include <pthread.h>
#include <stddef.h>

static pthread_key_t key;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int ended;

static void on_end(void* rounds) {
    if ((char*)rounds - (char*)NULL > 1) {
        pthread_setspecific(key, (char*)rounds - 1);
        return;
    }
#ifdef FIXED
    pthread_mutex_lock(&mutex);
    ++ended;
    pthread_mutex_unlock(&mutex);
#else
    ++ended;
#endif
}

static void* work(void* unused) {
    pthread_setspecific(key, (char*)NULL + 2);
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_key_create(&key, on_end);
    pthread_create(&a, NULL, work, NULL);
    pthread_create(&b, NULL, work, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
