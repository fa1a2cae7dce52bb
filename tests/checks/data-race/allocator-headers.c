// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Allocators that keep a header of their own and return what lies behind it: each call returns another block, whose content is
// the caller's.
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

static pthread_mutex_t heap = PTHREAD_MUTEX_INITIALIZER, api = PTHREAD_MUTEX_INITIALIZER;

static void start(void* (*run)(void*), void* argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, argument) == 0)
        pthread_detach(thread);
}

// ---- blocks that are listed, and rewritten where they grow ----
typedef struct Item {
    struct Item* next;
    void* block;
} Item;
static Item* items;
static void* listedMalloc(size_t size) {
    void* content = NULL;
    pthread_mutex_lock(&heap);
    Item* item = malloc(sizeof(*item));
    if (item && (item->block = malloc(size + 16))) {
        *(uint64_t*)item->block = 0x88;
        *(uint64_t*)((char*)item->block + 8 + size) = 0x88;
        item->next = items;
        items = item;
        content = (uint64_t*)item->block + 1;
    }
    pthread_mutex_unlock(&heap);
    return content;
}
static void* listedRealloc(void* content, size_t size) {
    pthread_mutex_lock(&heap);
    Item* item = items;
    while (item->block != (uint64_t*)content - 1)
        item = item->next;
    item->block = realloc(item->block, size + 16);
    *(uint64_t*)item->block = 0x88;
    *(uint64_t*)((char*)item->block + 8 + size) = 0x88;
    content = (uint64_t*)item->block + 1;
    pthread_mutex_unlock(&heap);
    return content;
}
typedef struct Client {
    int id, quality, retained;
} Client;
static Client* clients[4];
static void* growOk(void* unused) {
    char* own = listedMalloc(16);
    for (size_t size = 32; size < 4096; size *= 2)
        own = listedRealloc(own, size);
    return unused;
}
void openOk(int i) {
    pthread_mutex_lock(&api);
    clients[i] = listedMalloc(sizeof(Client));
    pthread_mutex_unlock(&api);
    start(growOk, NULL);
}
void setOk(int i, int quality) {
    pthread_mutex_lock(&api);
    clients[i]->quality = quality;
    clients[i]->retained = 1;
    pthread_mutex_unlock(&api);
}

// ---- one of those blocks that two threads have ----
typedef struct Shared {
    int id, total;
} Shared;
static void* addBad(void* argument) {
    Shared* shared = argument;
    shared->total++; // expect: data-race "total"
    return NULL;
}
void shareBad(void) {
    Shared* shared = listedMalloc(sizeof(*shared));
    shared->total = 0;
    start(addBad, shared);
    start(addBad, shared);
}

// ---- a block that is known as numbers ----
typedef struct Entry {
    uint64_t* block;
} Entry;
static void* numbersMalloc(size_t size) {
    Entry* entry = malloc(sizeof(*entry));
    entry->block = malloc(size + 8);
    return entry->block + 1;
}
typedef struct Score {
    int points;
} Score;
static void* scoreCurrentlyMissed(void* argument) {
    Score* score = argument;
    score->points++; // missed: data-race
    return NULL;
}
void openScoreCurrentlyMissed(void) {
    Score* score = numbersMalloc(sizeof(*score));
    start(scoreCurrentlyMissed, score);
    start(scoreCurrentlyMissed, score);
}

// ---- a size in front ----
typedef struct Header {
    size_t size;
} Header;
static void* sizedMalloc(size_t size) {
    Header* header = malloc(sizeof(*header) + size);
    if (!header)
        return NULL;
    header->size = size;
    return header + 1;
}
typedef struct Board {
    int marks;
} Board;
static Board* board;
static void* markBad(void* unused) {
    board->marks++; // partner: data-race
    return unused;
}
void openBoardBad(void) {
    board = sizedMalloc(sizeof(*board));
    board->marks = 0;
    start(markBad, NULL);
    board->marks++; // expect: data-race "marks"
}
typedef struct Sheet {
    int rows;
} Sheet;
static void* addRowBad(void* argument) {
    Sheet* sheet = argument;
    sheet->rows++; // expect: data-race "rows"
    return NULL;
}
void openSheetBad(void) {
    Sheet* sheet = sizedMalloc(sizeof(*sheet));
    sheet->rows = 0;
    start(addRowBad, sheet);
    start(addRowBad, sheet);
}

// ---- handed over, though the allocator keeps a list of its blocks ----
typedef struct Block {
    void* memory;
    struct Block* next;
} Block;
static Block* blocks;
static pthread_mutex_t blocksLock = PTHREAD_MUTEX_INITIALIZER;
static void* keptMalloc(size_t size) {
    Block* block = malloc(sizeof(*block));
    pthread_mutex_lock(&blocksLock);
    block->memory = malloc(size + 8);
    block->next = blocks;
    blocks = block;
    pthread_mutex_unlock(&blocksLock);
    return (long*)block->memory + 1;
}
typedef struct Event {
    int reasonOk, reasonBad;
} Event;
static void* reportOk(void* argument) {
    Event* event = argument;
    return event->reasonOk > 0 ? argument : NULL;
}
static void* reportBad(void* argument) {
    Event* event = argument;
    return event->reasonBad > 0 ? argument : NULL; // partner: data-race
}
static void* eachEventOk(void* unused) {
    for (int i = 0; i < 3; i++) {
        Event* event = keptMalloc(sizeof(*event));
        event->reasonOk = i;
        start(reportOk, event);
    }
    return unused;
}
static void* oneEventBad(void* unused) {
    Event* event = keptMalloc(sizeof(*event));
    for (int i = 0; i < 3; i++) {
        event->reasonBad = i; // expect: data-race "reasonBad"
        start(reportBad, event);
    }
    return unused;
}
void startEvents(void) {
    start(eachEventOk, NULL);
    start(oneEventBad, NULL);
}
