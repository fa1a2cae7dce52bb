// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A clock writes the time once, after a second, when everybody else is done. Who reads it takes the lock afterwards and the clock
// takes it before, so ThreadSanitizer sees the race only when the reader is kept back for that second.
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int now, ticks, sum;

static void* tick(void* unused) {
    sleep(1);
    pthread_mutex_lock(&lock);
    ++ticks;
#ifdef FIXED
    now = 1;
    pthread_mutex_unlock(&lock);
#else
    pthread_mutex_unlock(&lock);
    now = 1;
#endif
    return unused;
}

static void* look(void* unused) {
#ifdef FIXED
    pthread_mutex_lock(&lock);
    sum += now;
#else
    const int seen = now;
    pthread_mutex_lock(&lock);
    sum += seen;
#endif
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t clock, reader;
    pthread_create(&clock, NULL, tick, NULL);
    pthread_create(&reader, NULL, look, NULL);
    pthread_join(clock, NULL);
    pthread_join(reader, NULL);
    return 0;
}
