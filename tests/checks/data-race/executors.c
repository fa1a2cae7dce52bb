// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A worker pool in C: a queue of function and argument, drained by threads.
#include <pthread.h>
#include <stdlib.h>

struct Task {
    void (*run)(void*);
    void* argument;
    struct Task* next;
};
struct Pool {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct Task* tasks;
    int closing;
    pthread_t workers[2];
};

static void* drain(void* argument) {
    struct Pool* pool = argument;
    for (;;) {
        pthread_mutex_lock(&pool->mutex);
        while (pool->tasks == NULL && !pool->closing) {
            pthread_cond_wait(&pool->changed, &pool->mutex);
        }
        struct Task* task = pool->tasks;
        if (task == NULL) {
            pthread_mutex_unlock(&pool->mutex);
            return NULL;
        }
        pool->tasks = task->next;
        pthread_mutex_unlock(&pool->mutex);
        task->run(task->argument);
        free(task);
    }
}
static struct Pool* poolStart(void) {
    struct Pool* pool = calloc(1, sizeof *pool);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->changed, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_create(&pool->workers[i], NULL, drain, pool);
    }
    return pool;
}
static void poolSubmit(struct Pool* pool, void (*run)(void*), void* argument) {
    struct Task* task = malloc(sizeof *task);
    task->run = run;
    task->argument = argument;
    pthread_mutex_lock(&pool->mutex);
    task->next = pool->tasks;
    pool->tasks = task;
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
}
static void poolStop(struct Pool* pool) {
    pthread_mutex_lock(&pool->mutex);
    pool->closing = 1;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < 2; i++) {
        pthread_join(pool->workers[i], NULL);
    }
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

static int total;
static void addToTotal(void* unused) {
    (void)unused;
    total++; // expect: data-race "total"
}
int tasksBesideTasksBad(void) {
    struct Pool* pool = poolStart();
    poolSubmit(pool, addToTotal, NULL);
    poolSubmit(pool, addToTotal, NULL);
    poolStop(pool);
    return total;
}

static pthread_mutex_t sumMutex = PTHREAD_MUTEX_INITIALIZER;
static int sum;
static void addToSum(void* amount) {
    pthread_mutex_lock(&sumMutex);
    sum += *(int*)amount;
    pthread_mutex_unlock(&sumMutex);
}
int tasksUnderALockOk(void) {
    int one = 1, two = 2;
    struct Pool* pool = poolStart();
    poolSubmit(pool, addToSum, &one);
    poolSubmit(pool, addToSum, &two);
    poolStop(pool);
    return sum;
}

static int early, late;
static void setEarly(void* unused) {
    (void)unused;
    early = 1; // expect: data-race "early"
}
int readWhileTheTaskRunsBad(void) {
    struct Pool* pool = poolStart();
    poolSubmit(pool, setEarly, NULL);
    int seen = early; // expect: data-race
    poolStop(pool);
    return seen;
}
static void setLate(void* unused) {
    (void)unused;
    late = 1; // false-alarm: data-race
}
int readAfterThePoolStoppedOk(void) {
    struct Pool* pool = poolStart();
    poolSubmit(pool, setLate, NULL);
    poolStop(pool);
    return late;
}

struct Part {
    int from, to;
    long sum;
};
static void sumPart(void* argument) {
    struct Part* part = argument;
    for (int i = part->from; i < part->to; i++) {
        part->sum += i; // false-alarm: data-race
    }
}
long eachTaskItsOwnPartOk(void) {
    struct Part parts[2] = {{0, 50, 0}, {50, 100, 0}};
    struct Pool* pool = poolStart();
    poolSubmit(pool, sumPart, &parts[0]);
    poolSubmit(pool, sumPart, &parts[1]);
    poolStop(pool);
    return parts[0].sum + parts[1].sum;
}
