// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock per element, C: arrays of locks, buckets, chains, and the index or pointer that does not fit.
#include <pthread.h>
#include <stdlib.h>

enum { kSlots = 8 };

static void startBoth(void* (*work)(void*), void* one, void* other) {
    pthread_t a, b;
    pthread_create(&a, NULL, work, one);
    pthread_create(&b, NULL, work, other);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static int slotOne = 1, slotTwo = 2;

// ---- parallel arrays ----
static pthread_mutex_t locks[kSlots];
static int counts[kSlots], shifted[kSlots], summed[kSlots];
void initLocks(void) {
    for (int i = 0; i < kSlots; i++) {
        pthread_mutex_init(&locks[i], NULL);
    }
}
static void* countSlot(void* argument) {
    int i = *(int*)argument;
    pthread_mutex_lock(&locks[i]);
    counts[i]++;
    pthread_mutex_unlock(&locks[i]);
    return NULL;
}
void sameIndexOk(void) { startBoth(countSlot, &slotOne, &slotTwo); }
static void* countShifted(void* argument) {
    int i = *(int*)argument;
    pthread_mutex_lock(&locks[i]);
    shifted[i + 1]++; // missed: data-race "shifted"
    pthread_mutex_unlock(&locks[i]);
    return NULL;
}
static void* countUnshifted(void* argument) {
    int i = *(int*)argument;
    pthread_mutex_lock(&locks[i]);
    shifted[i]++; // partner: data-race
    pthread_mutex_unlock(&locks[i]);
    return NULL;
}
void neighboursIndexBad(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, countShifted, &slotOne);
    pthread_create(&b, NULL, countUnshifted, &slotTwo);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}
static void* sumAll(void* unused) {
    (void)unused;
    for (int i = 0; i < kSlots; i++) {
        pthread_mutex_lock(&locks[i]);
        summed[i]++;
        pthread_mutex_unlock(&locks[i]);
    }
    return NULL;
}
void eachRoundItsOwnLockOk(void) { startBoth(sumAll, NULL, NULL); }

// ---- the lock of the first element, everywhere ----
static int underFirst[kSlots];
static void* addUnderFirst(void* argument) {
    int i = *(int*)argument;
    pthread_mutex_lock(&locks[0]);
    underFirst[i]++;
    pthread_mutex_unlock(&locks[0]);
    return NULL;
}
void oneElementLocksAllOk(void) { startBoth(addUnderFirst, &slotOne, &slotTwo); }

// ---- hash table with a lock per bucket ----
struct Item {
    unsigned key;
    int uses;
    struct Item* next;
};
struct Bucket {
    pthread_mutex_t mutex;
    struct Item* head;
    int length;
};
static struct Bucket table[kSlots];
static void insertItem(unsigned key) {
    struct Bucket* bucket = &table[key % kSlots];
    struct Item* item = malloc(sizeof *item);
    item->key = key;
    item->uses = 0;
    pthread_mutex_lock(&bucket->mutex);
    item->next = bucket->head;
    bucket->head = item;
    bucket->length++;
    pthread_mutex_unlock(&bucket->mutex);
}
static void* fillTable(void* unused) {
    (void)unused;
    for (unsigned key = 0; key < 100; key++) {
        insertItem(key);
    }
    return NULL;
}
void bucketUnderItsLockOk(void) { startBoth(fillTable, NULL, NULL); }

static struct Bucket leaky[kSlots];
static void* touchLeaky(void* argument) {
    unsigned key = *(unsigned*)argument;
    struct Bucket* bucket = &leaky[key % kSlots];
    pthread_mutex_lock(&bucket->mutex);
    bucket->length++;
    pthread_mutex_unlock(&bucket->mutex);
    bucket->head = NULL; // expect: data-race "head"
    return NULL;
}
void bucketAfterItsLockBad(void) { startBoth(touchLeaky, &slotOne, &slotOne); }

static struct Bucket confused[kSlots];
static void* moveBetween(void* argument) {
    unsigned key = *(unsigned*)argument;
    struct Bucket *from = &confused[key % kSlots], *to = &confused[key * 2 % kSlots];
    pthread_mutex_lock(&from->mutex);
    from->length--; // partner: data-race
    to->length++;   // missed: data-race "length"
    pthread_mutex_unlock(&from->mutex);
    return NULL;
}
void bucketUnderAnothersLockBad(void) { startBoth(moveBetween, &slotOne, &slotTwo); }

// ---- locks on the heap ----
struct Store {
    pthread_mutex_t* locks;
    int* cells;
};
static struct Store* makeStore(void) {
    struct Store* store = malloc(sizeof *store);
    store->locks = malloc(kSlots * sizeof *store->locks);
    store->cells = calloc(kSlots, sizeof *store->cells);
    for (int i = 0; i < kSlots; i++) {
        pthread_mutex_init(store->locks + i, NULL);
    }
    return store;
}
static void* addToStore(void* argument) {
    struct Store* store = argument;
    for (int i = 0; i < kSlots; i++) {
        pthread_mutex_lock(store->locks + i);
        *(store->cells + i) += 1;
        pthread_mutex_unlock(store->locks + i);
    }
    return NULL;
}
void pointerArithmeticSameIndexOk(void) {
    struct Store* store = makeStore();
    startBoth(addToStore, store, store);
}
static void* addToFirstOfStore(void* argument) {
    struct Store* store = argument;
    for (int i = 0; i < kSlots; i++) {
        pthread_mutex_lock(&store->locks[i]);
        store->cells[0] += i; // missed: data-race "cells"
        pthread_mutex_unlock(&store->locks[i]);
    }
    return NULL;
}
void manyLocksForOneElementBad(void) {
    struct Store* store = makeStore();
    startBoth(addToFirstOfStore, store, store);
}
