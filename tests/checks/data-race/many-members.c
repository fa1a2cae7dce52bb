// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Spare slices are used again: each may point to the members of all records. What a pointer to several members reads says little of
// one of them.
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct slice {
    const char* data;
    struct slice* next;
};
struct table {
    pthread_mutex_t lock;
    char largest[16];
};
struct words {
    char text[16];
};

static struct slice* spare;
static pthread_mutex_t spareLock = PTHREAD_MUTEX_INITIALIZER;

static struct slice* take(void) {
    pthread_mutex_lock(&spareLock);
    struct slice* slice = spare;
    if (slice)
        spare = slice->next;
    pthread_mutex_unlock(&spareLock);
    return slice ? slice : malloc(sizeof *slice);
}
static void give(struct slice* slice) {
    pthread_mutex_lock(&spareLock);
    slice->next = spare;
    spare = slice;
    pthread_mutex_unlock(&spareLock);
}

static void* compact(void* argument) {
    struct table* table = argument;
    struct slice* slice = take();
    pthread_mutex_lock(&table->lock);
    slice->data = table->largest;
    if (slice->data[0] == 'a')
        strcpy(table->largest, "b");
    pthread_mutex_unlock(&table->lock);
    give(slice);
    return NULL;
}
static void* lookupOk(void* argument) {
    struct words* words = argument;
    struct slice* slice = take();
    slice->data = words->text;
    long first = slice->data[0];
    give(slice);
    return (void*)first;
}
static void* lookupBad(void* argument) {
    struct table* table = argument;
    return (void*)(long)table->largest[0]; // expect: data-race "table::largest"
}

int main(void) {
    struct table* table = calloc(1, sizeof *table);
    struct words* words = calloc(1, sizeof *words);
    pthread_mutex_init(&table->lock, NULL);
    pthread_t threads[5];
    pthread_create(&threads[0], NULL, compact, table);
    pthread_create(&threads[1], NULL, compact, table);
    pthread_create(&threads[2], NULL, lookupOk, words);
    pthread_create(&threads[3], NULL, lookupOk, words);
    pthread_create(&threads[4], NULL, lookupBad, table);
    for (int i = 0; i < 5; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

// ---- one of two members of one variable ----
static struct {
    int first, second;
} pair;
static void* changeFirst(void* unused) {
    pair.first++; // partner: data-race
    return unused;
}
void chosenMemberBad(int which) {
    pthread_t thread;
    int* chosen = which ? &pair.first : &pair.second;
    pthread_create(&thread, NULL, changeFirst, NULL);
    (*chosen)++; // expect: data-race "first"
    pthread_join(thread, NULL);
}
