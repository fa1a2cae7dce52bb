// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C: pthread_cond_wait and cnd_wait without a loop, without the mutex, with a second lock held.
#include <pthread.h>
#include <threads.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

void setReadyOk(void) {
    pthread_mutex_lock(&mutex);
    ready = 1; // expect: data-race(wrong-lock) "ready"
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

void testedByIfBad(void) {
    pthread_mutex_lock(&mutex);
    if (!ready) {
        pthread_cond_wait(&changed, &mutex); // expect: condition-wait "changed"
    }
    pthread_mutex_unlock(&mutex);
}

void testedByWhileOk(void) {
    pthread_mutex_lock(&mutex);
    while (!ready) {
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
}

void waitedOnceBad(void) {
    pthread_mutex_lock(&mutex);
    pthread_cond_wait(&changed, &mutex); // expect: condition-wait
    pthread_mutex_unlock(&mutex);
}

int timedLoopOk(const struct timespec* deadline) {
    int status = 0;
    pthread_mutex_lock(&mutex);
    while (!ready && status == 0) {
        status = pthread_cond_timedwait(&changed, &mutex, deadline);
    }
    pthread_mutex_unlock(&mutex);
    return status;
}

int timedOnceBad(const struct timespec* deadline) {
    pthread_mutex_lock(&mutex);
    int status = pthread_cond_timedwait(&changed, &mutex, deadline); // expect: condition-wait
    pthread_mutex_unlock(&mutex);
    return status;
}

void notLockedBad(void) {
    pthread_cond_wait(&changed, &mutex); // expect: condition-wait(not-locked) "mutex"
}

void otherMutexLockedBad(void) {
    pthread_mutex_lock(&other);
    while (!ready) {                         // partner: data-race
        pthread_cond_wait(&changed, &mutex); // expect: condition-wait(not-locked) "mutex"
    }
    pthread_mutex_unlock(&other);
}

void secondLockHeldBad(void) {
    pthread_mutex_lock(&other);
    pthread_mutex_lock(&mutex);
    while (!ready) {
        pthread_cond_wait(&changed, &mutex); // expect: condition-wait(second-lock) "other"
    }
    pthread_mutex_unlock(&mutex);
    pthread_mutex_unlock(&other);
}

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    int length;
};
int queueTakeOk(struct queue* queue) {
    pthread_mutex_lock(&queue->mutex);
    while (queue->length == 0) {
        pthread_cond_wait(&queue->filled, &queue->mutex);
    }
    int length = queue->length--;
    pthread_mutex_unlock(&queue->mutex);
    return length;
}
int queueTakeBad(struct queue* queue) {
    pthread_mutex_lock(&queue->mutex);
    if (queue->length == 0) {
        pthread_cond_wait(&queue->filled, &queue->mutex); // expect: condition-wait "filled"
    }
    int length = queue->length--;
    pthread_mutex_unlock(&queue->mutex);
    return length;
}
void queuePutOk(struct queue* queue) {
    pthread_mutex_lock(&queue->mutex);
    queue->length++;
    pthread_mutex_unlock(&queue->mutex);
    pthread_cond_signal(&queue->filled);
}

static mtx_t c11Mutex;
static cnd_t c11Changed;
static int c11Ready;
void c11TestedByIfBad(void) {
    mtx_lock(&c11Mutex);
    if (!c11Ready) {
        cnd_wait(&c11Changed, &c11Mutex); // expect: condition-wait
    }
    mtx_unlock(&c11Mutex);
}
void c11TestedByWhileOk(void) {
    mtx_lock(&c11Mutex);
    while (!c11Ready) {
        cnd_wait(&c11Changed, &c11Mutex);
    }
    mtx_unlock(&c11Mutex);
}

// ---- what is waited for is computed ----
struct ring {
    pthread_mutex_t mutex;
    pthread_cond_t taken;
    unsigned head, tail;
    int items[8];
};
void ringPutOk(struct ring* ring, int item) {
    pthread_mutex_lock(&ring->mutex);
    while (ring->head - ring->tail == 8) {
        pthread_cond_wait(&ring->taken, &ring->mutex);
    }
    ring->items[ring->head++ % 8] = item;
    pthread_mutex_unlock(&ring->mutex);
}
void ringPutBad(struct ring* ring, int item) {
    pthread_mutex_lock(&ring->mutex);
    if (ring->head - ring->tail == 8) {
        pthread_cond_wait(&ring->taken, &ring->mutex); // expect: condition-wait "taken"
    }
    ring->items[ring->head++ % 8] = item;
    pthread_mutex_unlock(&ring->mutex);
}
