// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects taken out of a shared place belong to who took them, until they are put into one again.
#include <pthread.h>
#include <stdlib.h>

// What is taken off a list under the lock belongs to who took it, until it is put on one again.
struct job {
    struct job* next;
    int input, output;
};
static pthread_mutex_t idleMutex = PTHREAD_MUTEX_INITIALIZER, readyMutex = PTHREAD_MUTEX_INITIALIZER;
static struct job* idle;
static struct job* ready;
static struct job storage[16];
static struct job* pop(struct job** list, pthread_mutex_t* mutex) {
    pthread_mutex_lock(mutex);
    struct job* job = *list;
    if (job)
        *list = job->next;
    pthread_mutex_unlock(mutex);
    return job;
}
static void push(struct job** list, pthread_mutex_t* mutex, struct job* job) {
    pthread_mutex_lock(mutex);
    job->next = *list;
    *list = job;
    pthread_mutex_unlock(mutex);
}
static void* producer(void* unused) {
    struct job* job = pop(&idle, &idleMutex);
    if (job) {
        job->input = 1;
        push(&ready, &readyMutex, job);
    }
    return unused;
}
static void* consumer(void* unused) {
    struct job* job = pop(&ready, &readyMutex);
    if (job) {
        job->output = job->input + 1;
        push(&idle, &idleMutex, job);
    }
    return unused;
}
void poppedObjectsOk(void) {
    for (int i = 0; i < 16; ++i)
        push(&idle, &idleMutex, &storage[i]);
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i)
        pthread_create(&threads[i], NULL, i % 2 ? producer : consumer, NULL);
    for (int i = 0; i < 4; ++i)
        pthread_join(threads[i], NULL);
}
static int peekedOutput;
static void* peeker(void* unused) {
    pthread_mutex_lock(&readyMutex);
    struct job* job = ready;
    pthread_mutex_unlock(&readyMutex);
    if (job)
        job->output = 3; // missed: data-race "output"
    peekedOutput = 1;
    return unused;
}
void lookedAtWithoutTakingBad(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, peeker, NULL);
    pthread_join(one, NULL);
    pthread_create(&one, NULL, peeker, NULL);
    pthread_create(&two, NULL, consumer, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// Two that look without taking may have the same one.
static void* marker(void* unused) {
    pthread_mutex_lock(&readyMutex);
    struct job* job = ready;
    pthread_mutex_unlock(&readyMutex);
    if (job)
        job->input = 4; // expect: data-race "input"
    return unused;
}
void twoWithoutTakingBad(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, marker, NULL);
    pthread_create(&two, NULL, marker, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// Put back too early.
struct buffer {
    struct buffer* next;
    int used;
};
static pthread_mutex_t bufferMutex = PTHREAD_MUTEX_INITIALIZER;
static struct buffer firstBuffer;
static struct buffer* buffers = &firstBuffer;
static void* hasty(void* unused) {
    pthread_mutex_lock(&bufferMutex);
    struct buffer* buffer = buffers;
    if (buffer)
        buffers = buffer->next;
    pthread_mutex_unlock(&bufferMutex);
    if (!buffer)
        return unused;
    pthread_mutex_lock(&bufferMutex);
    buffer->next = buffers;
    buffers = buffer;
    pthread_mutex_unlock(&bufferMutex);
    buffer->used = 0; // expect: data-race "used"
    return unused;
}
void givenBackTooEarlyBad(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, hasty, NULL);
    pthread_create(&two, NULL, hasty, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// What a function made, or null when it could not, is the caller's own until others are told.
struct record {
    int size, hits;
    struct record* next;
};
static pthread_mutex_t recordMutex = PTHREAD_MUTEX_INITIALIZER;
static struct record* records;
static struct record* make(int size) {
    struct record* record = malloc(sizeof *record);
    if (!record)
        return NULL;
    record->size = size;
    return record;
}
static void* adder(void* unused) {
    struct record* record = make(3);
    if (!record)
        return unused;
    record->size = 4;
    pthread_mutex_lock(&recordMutex);
    record->next = records;
    records = record;
    pthread_mutex_unlock(&recordMutex);
    record->hits = 1; // expect: data-race "hits"
    return unused;
}
static void* counter(void* unused) {
    pthread_mutex_lock(&recordMutex);
    for (struct record* record = records; record; record = record->next)
        record->hits += record->size; // partner: data-race
    pthread_mutex_unlock(&recordMutex);
    return unused;
}
void toldTooEarlyBad(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, adder, NULL);
    pthread_create(&two, NULL, counter, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// Put in front of another one: that one is still on the list.
struct entry {
    struct entry* next;
    int weight;
};
static pthread_mutex_t entryMutex = PTHREAD_MUTEX_INITIALIZER;
static struct entry oldEntry, newEntry;
static struct entry* entries = &oldEntry;
static void* weigher(void* unused) {
    pthread_mutex_lock(&entryMutex);
    entries->weight++; // partner: data-race
    pthread_mutex_unlock(&entryMutex);
    return unused;
}
static void* putFirst(void* unused) {
    pthread_mutex_lock(&entryMutex);
    struct entry* old = entries;
    newEntry.next = old;
    entries = &newEntry;
    pthread_mutex_unlock(&entryMutex);
    old->weight = 1; // expect: data-race "weight"
    return unused;
}
void pushedBehindBad(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, weigher, NULL);
    pthread_create(&two, NULL, putFirst, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// The same, with the successor linked in only after it had been cut off.
struct link {
    struct link* next;
    int weight;
};
static struct link tail;
static struct link head = {&tail, 0};
static void* followLinks(void* unused) {
    pthread_mutex_lock(&entryMutex);
    if (head.next)
        head.next->weight++; // partner: data-race
    pthread_mutex_unlock(&entryMutex);
    return unused;
}
static void putBetween(struct link* list, struct link* link) {
    pthread_mutex_lock(&entryMutex);
    struct link* behind = list->next;
    list->next = link;
    link->next = behind;
    pthread_mutex_unlock(&entryMutex);
    if (behind)
        behind->weight = 2; // expect: data-race "weight"
}
static void* putLink(void* unused) {
    static struct link between;
    putBetween(&head, &between);
    return unused;
}
void cutOffAndLinkedAgainBad(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, followLinks, NULL);
    pthread_create(&two, NULL, putLink, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}
