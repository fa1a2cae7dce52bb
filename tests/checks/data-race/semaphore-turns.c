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

// Eight producers may find a free slot at a time.
static struct ring careless;
static void push_carelessly(struct ring* r, int value) {
    sem_wait(&r->free_slots);
    unsigned at = r->in++;       // expect: data-race "in"
    r->slot[at % slots] = value; // expect: data-race "slot"
    sem_post(&r->used_slots);
}

static void* produce_carelessly(void* arg) {
    push_carelessly(arg, 1);
    return NULL;
}

static void produce_without_lock(void) {
    pthread_t producers[2];
    sem_init(&careless.free_slots, 0, slots);
    sem_init(&careless.used_slots, 0, 0);
    for (int i = 0; i < 2; i++)
        pthread_create(&producers[i], NULL, produce_carelessly, &careless);
    for (int i = 0; i < 2; i++)
        pthread_join(producers[i], NULL);
}

// A token goes round.
static sem_t turns[3];
static int rounds;
static void* take_turn(void* arg) {
    int me = (int)(long)arg;
    sem_wait(&turns[me]);
    rounds++;
    sem_post(&turns[(me + 1) % 3]);
    return NULL;
}

static int go_round(void) {
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        sem_init(&turns[i], 0, i == 0);
    for (long i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, take_turn, (void*)i);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return rounds;
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
    produce_without_lock();
    go_round();
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
