// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An object that is handed on belongs to the queue that it is on, and is guarded by that one's lock; in between it belongs to who took it,
// round after round.
#include <pthread.h>
#include <stdlib.h>

struct client {
    int state;
    int errors;
    struct client* next;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct client *first, *last;
    int length;
};

static struct queue todo, done;

static void push(struct queue* q, struct client* c) {
    c->next = NULL;
    pthread_mutex_lock(&q->lock);
    if (q->last)
        q->last->next = c;
    else
        q->first = c;
    q->last = c;
    q->length++;
    pthread_cond_signal(&q->more);
    pthread_mutex_unlock(&q->lock);
}

static struct client* pop(struct queue* q) {
    struct client* c;
    pthread_mutex_lock(&q->lock);
    while (!q->first)
        pthread_cond_wait(&q->more, &q->lock);
    c = q->first;
    if (c) {
        q->first = c->next;
        if (!q->first)
            q->last = NULL;
        q->length--;
    }
    pthread_mutex_unlock(&q->lock);
    return c;
}

static void serve(struct client* c) {
    if (c->state != 1)
        c->errors++;
    c->state = 2;
}

static void* work(void* unused) {
    struct client* c;
    (void)unused;
    while ((c = pop(&todo)) != NULL) {
        serve(c);
        push(&done, c);
    }
    return NULL;
}

static void count_failed(struct queue* q) {
    q->first->errors++; // expect: data-race "first"
}

static void* watch(void* unused) {
    (void)unused;
    count_failed(&done); // expect: data-race "first"
    pthread_mutex_lock(&done.lock);
    if (done.first)
        done.first->errors = 0;
    pthread_mutex_unlock(&done.lock);
    return NULL;
}

int main(void) {
    pthread_t workers[3], watcher;
    for (int i = 0; i < 3; i++)
        pthread_create(&workers[i], NULL, work, NULL);
    pthread_create(&watcher, NULL, watch, NULL);
    for (int i = 0; i < 4; i++) {
        struct client* c = calloc(1, sizeof *c);
        c->state = 1;
        push(&todo, c);
    }
    for (int i = 0; i < 4; i++)
        free(pop(&done));
    for (int i = 0; i < 3; i++)
        pthread_join(workers[i], NULL);
    pthread_join(watcher, NULL);
    return 0;
}
