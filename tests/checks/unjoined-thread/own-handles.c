// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that leave their own handle for whoever joins them, and records of a loop that each hold one.
#include <pthread.h>
#include <stdlib.h>

struct Pool {
    pthread_t last, unused;
    int running;
    pthread_mutex_t lock;
    pthread_cond_t idle;
};
static pthread_t none;

static void* workOk(void* argument) {
    struct Pool* pool = argument;
    pthread_mutex_lock(&pool->lock);
    pthread_t before = pool->last;
    pool->last = pthread_self();
    if (--pool->running == 0)
        pthread_cond_signal(&pool->idle);
    pthread_mutex_unlock(&pool->lock);
    if (!pthread_equal(before, none))
        pthread_join(before, NULL);
    return NULL;
}
static void* forgetsBad(void* argument) {
    struct Pool* pool = argument;
    pthread_mutex_lock(&pool->lock);
    pool->unused = pthread_self(); // nobody joins by this one
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}
void fillOk(struct Pool* pool, int count) {
    pthread_mutex_lock(&pool->lock);
    while (pool->running < count) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, workOk, pool) != 0)
            break;
        pool->running++;
    }
    pthread_mutex_unlock(&pool->lock);
}
void fillBad(struct Pool* pool) {
    pthread_t thread;
    pthread_create(&thread, NULL, forgetsBad, pool); // expect: unjoined-thread "neither joined"
}
void drainOk(struct Pool* pool) {
    pthread_mutex_lock(&pool->lock);
    while (pool->running > 0)
        pthread_cond_wait(&pool->idle, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    if (!pthread_equal(pool->last, none))
        pthread_join(pool->last, NULL);
}

struct Worker {
    pthread_t thread;
    int number;
};
static struct Worker* workers[4];
static void* runOk(void* argument) { return argument; }
int startAllOk(void) {
    for (int i = 0; i < 4; i++) {
        struct Worker* worker = malloc(sizeof *worker); // another one in each round, which others know
        if (!worker)
            return -1;
        workers[i] = worker;
        if (pthread_create(&worker->thread, NULL, runOk, worker) != 0)
            return -1;
    }
    return 0;
}
void joinAllOk(void) {
    for (int i = 0; i < 4; i++)
        pthread_join(workers[i]->thread, NULL);
}
int startUnknownBad(void) {
    for (int i = 0; i < 4; i++) {
        struct Worker* worker = malloc(sizeof *worker);
        if (!worker)
            return -1;
        pthread_create(&worker->thread, NULL, runOk, NULL); // expect: unjoined-thread
    }
    return 0;
}
void startOverBad(void) {
    static struct Worker one;
    struct Worker* worker = &one;
    for (int i = 0; i < 4; i++)
        pthread_create(&worker->thread, NULL, runOk, worker); // expect: unjoined-thread "assigned"
}
