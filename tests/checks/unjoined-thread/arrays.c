// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handles in an array, each filled on a line of its own, and joined in a loop.
#include <pthread.h>

void* work(void*);

void eachJoinedOk(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, work, NULL);
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
}
int countedOk(int count) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, work, NULL);
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < count; ++i)
        pthread_join(threads[i], NULL);
    return count;
}
void lastForgottenBad(void) {
    pthread_t threads[3];
    pthread_create(&threads[0], NULL, work, NULL);
    pthread_create(&threads[1], NULL, work, NULL);
    pthread_create(&threads[2], NULL, work, NULL); // expect: unjoined-thread
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
}
void firstForgottenBad(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, work, NULL); // expect: unjoined-thread
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 1; i < 2; ++i)
        pthread_join(threads[i], NULL);
}
