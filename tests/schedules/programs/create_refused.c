// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread that cannot be made is no thread: whoever waits for its work waits for ever, unless somebody else does it.
// EXPECT: deadlock
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t done;

static void* work(void* unused) {
    sem_post(&done);
    return unused;
}

int main(void) {
    sem_init(&done, 0, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)1 << 50);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
#ifdef FIXED
    if (pthread_create(&thread, &attributes, work, NULL) != 0) {
        pthread_create(&thread, NULL, work, NULL);
        pthread_join(thread, NULL);
    }
#else
    pthread_create(&thread, &attributes, work, NULL);
#endif
    sem_wait(&done);
    return 0;
}
