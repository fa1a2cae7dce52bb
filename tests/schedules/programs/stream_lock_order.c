// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What prints while another thread has locked the stream waits for it, here with a lock that the other one wants.
// EXPECT: deadlock lock-cycle
// EXPECT: lock-order
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* printTwoLines(void* unused) {
    flockfile(stdout);
    pthread_mutex_lock(&mutex);
    printf("one\n");
    printf("two\n");
    pthread_mutex_unlock(&mutex);
    funlockfile(stdout);
    return unused;
}

static void* printOneLine(void* unused) {
#ifdef FIXED
    printf("three\n");
    pthread_mutex_lock(&mutex);
#else
    pthread_mutex_lock(&mutex);
    printf("three\n");
#endif
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, printTwoLines, NULL);
    pthread_create(&threads[1], NULL, printOneLine, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
