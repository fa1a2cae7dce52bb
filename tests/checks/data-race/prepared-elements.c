// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements that a loop prepares one by one and hands to workers.
#include <pthread.h>
#include <stdlib.h>

struct job {
    struct job* next;
    int* argument;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct job* jobs;
static long total;

static void submit(int* argument) {
    struct job* job = malloc(sizeof *job);
    job->argument = argument;
    pthread_mutex_lock(&lock);
    job->next = jobs;
    jobs = job;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
}

static void* work(void* unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        while (!jobs)
            pthread_cond_wait(&more, &lock);
        struct job* job = jobs;
        jobs = job->next;
        pthread_mutex_unlock(&lock);
        int value = *job->argument;
        free(job);
        if (value < 0)
            return NULL;
        pthread_mutex_lock(&lock);
        total += value;
        pthread_mutex_unlock(&lock);
    }
}

int main(void) {
    pthread_t workers[4];
    int ready[20], late[20];
    for (int i = 0; i < 4; i++)
        pthread_create(&workers[i], NULL, work, NULL);
    for (int i = 0; i < 20; i++) {
        ready[i] = i;
        submit(&ready[i]);
    }
    for (int i = 0; i < 20; i++) {
        submit(&late[i]);
        late[i] = -i; // expect: data-race "late"
    }
    for (int i = 0; i < 4; i++)
        pthread_join(workers[i], NULL);
    return total != 0;
}
