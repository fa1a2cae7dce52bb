// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who signals after unlocking signals a condition that the woken thread may have freed.
// EXPECT: data-race
#include <pthread.h>
#include <stdlib.h>

struct Request {
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    int done;
};

static void* answer(void* argument) {
    struct Request* request = argument;
    pthread_mutex_lock(&request->mutex);
    request->done = 1;
#ifdef FIXED
    pthread_cond_signal(&request->answered);
    pthread_mutex_unlock(&request->mutex);
#else
    pthread_mutex_unlock(&request->mutex);
    pthread_cond_signal(&request->answered);
#endif
    return NULL;
}

int main(void) {
    struct Request* request = calloc(1, sizeof *request);
    pthread_mutex_init(&request->mutex, NULL);
    pthread_cond_init(&request->answered, NULL);
    pthread_t thread;
    pthread_create(&thread, NULL, answer, request);
    pthread_mutex_lock(&request->mutex);
    while (!request->done)
        pthread_cond_wait(&request->answered, &request->mutex);
    pthread_mutex_unlock(&request->mutex);
    pthread_cond_destroy(&request->answered);
    pthread_mutex_destroy(&request->mutex);
    free(request);
    pthread_join(thread, NULL);
    return 0;
}
