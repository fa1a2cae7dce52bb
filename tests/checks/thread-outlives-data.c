// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C: a detached thread that is given the address of a local.
#include <pthread.h>
#include <stdlib.h>

void use(int value);

static void* work(void* argument) {
    use(*(int*)argument);
    return NULL;
}

void detachedWithALocalBad(void) {
    int value = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &value); // partner: thread-outlives-data
    pthread_detach(thread);                      // expect: thread-outlives-data "value"
}

void joinedWithALocalOk(void) {
    int value = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &value);
    pthread_join(thread, NULL);
}

void detachedWithAStaticOk(void) {
    static int value = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &value);
    pthread_detach(thread);
}

static void* workAndFree(void* argument) {
    use(*(int*)argument);
    free(argument);
    return NULL;
}
void detachedWithHeapOk(void) {
    int* value = malloc(sizeof *value);
    *value = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, workAndFree, value);
    pthread_detach(thread);
}

pthread_t returnedBad(void) {
    int value = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &value); // expect: thread-outlives-data "value"
    return thread;
}

void theMainThreadStaysOk(void) { // the frame lives as long as the program
    int value = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &value);
    pthread_detach(thread);
    for (;;) {
        use(0);
    }
}
