// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bounded buffer: producers wait for a free slot and post a used one, consumers the other way round.
#include <pthread.h>
#include <semaphore.h>

enum { slots = 8 };

struct ring {
    int slot[slots];
    unsigned in, out;
    sem_t free_slots, used_slots;
    pthread_mutex_t put, get;
};

static struct ring ring;
static int last;

static void push(struct ring* r, int value) {
    sem_wait(&r->free_slots);
    pthread_mutex_lock(&r->put);
    r->slot[r->in++ % slots] = value;
    pthread_mutex_unlock(&r->put);
    sem_post(&r->used_slots);
    last = value; // expect: data-race "last"
}

static int pop(struct ring* r) {
    sem_wait(&r->used_slots);
    pthread_mutex_lock(&r->get);
    int value = r->slot[r->out++ % slots] + last;
    pthread_mutex_unlock(&r->get);
    sem_post(&r->free_slots);
    return value;
}

// Each waits for a semaphore of its own kind, and gives that back.
struct shelf {
    int books;
    sem_t readers, writers;
};
static struct shelf shelf;

static void add_book(struct shelf* s) {
    sem_wait(&s->writers);
    s->books++; // expect: data-race "books"
    sem_post(&s->writers);
}

static int count_books(struct shelf* s) {
    sem_wait(&s->readers);
    int books = s->books;
    sem_post(&s->readers);
    return books;
}

static void* produce(void* arg) {
    for (int i = 0; i < 100; i++)
        push(arg, i);
    add_book(&shelf);
    return NULL;
}

static void* consume(void* arg) {
    long sum = 0;
    for (int i = 0; i < 100; i++)
        sum += pop(arg);
    return (void*)(sum + count_books(&shelf));
}

int main(void) {
    sem_init(&ring.free_slots, 0, slots);
    sem_init(&ring.used_slots, 0, 0);
    sem_init(&shelf.readers, 0, 1);
    sem_init(&shelf.writers, 0, 1);
    pthread_mutex_init(&ring.put, NULL);
    pthread_mutex_init(&ring.get, NULL);
    pthread_t producers[2], consumers[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&producers[i], NULL, produce, &ring);
        pthread_create(&consumers[i], NULL, consume, &ring);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(producers[i], NULL);
        pthread_join(consumers[i], NULL);
    }
    return 0;
}
