// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A record of one module behind the header of another, in one block of memory.
#include <pthread.h>
#include <stdlib.h>

struct Operations {
    size_t size;
    void (*init)(void* own);
    void* (*run)(void* own);
};
struct Socket {
    const struct Operations* operations;
    int sent; // of the creator
    void* own;
};
static struct Socket* openSocket(const struct Operations* operations) {
    struct Socket* socket = calloc(1, sizeof(*socket) + operations->size);
    socket->own = socket + 1;
    socket->operations = operations;
    operations->init(socket->own);
    return socket;
}
static void useTwice(const struct Operations* operations) {
    struct Socket* socket = openSocket(operations);
    pthread_t thread;
    if (pthread_create(&thread, NULL, operations->run, socket->own) != 0) {
        abort();
    }
    operations->run(socket->own);
    socket->sent++;
    pthread_join(thread, NULL);
    free(socket);
}

struct Pair {
    pthread_mutex_t lock;
    int total;
};
static void initPair(void* own) {
    struct Pair* pair = own;
    pthread_mutex_init(&pair->lock, NULL);
}
static void* runPair(void* own) {
    struct Pair* pair = own;
    pthread_mutex_lock(&pair->lock);
    pair->total++;
    pthread_mutex_unlock(&pair->lock);
    return NULL;
}
static const struct Operations ofPairs = {sizeof(struct Pair), initPair, runPair};
void underTheOwnLockOk(void) { useTwice(&ofPairs); }

struct Bus {
    int sequence;
    pthread_mutex_t lock;
};
static void initBus(void* own) {
    struct Bus* bus = own;
    pthread_mutex_init(&bus->lock, NULL);
}
static void* runBus(void* own) {
    struct Bus* bus = own;
    bus->sequence++; // expect: data-race
    return NULL;
}
static const struct Operations ofBuses = {sizeof(struct Bus), initBus, runBus};
void withoutTheLockBad(void) { useTwice(&ofBuses); }

// The same with bytes.
struct Block {
    size_t size;
};
struct Log {
    int lines;
};
static void* appendLine(void* own) {
    struct Log* log = own;
    log->lines++; // expect: data-race
    return NULL;
}
void behindBytesBad(void) {
    struct Block* block = malloc(sizeof(struct Block) + sizeof(struct Log));
    block->size = sizeof(struct Log);
    struct Log* log = (struct Log*)((unsigned char*)block + sizeof(struct Block));
    log->lines = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, appendLine, log) != 0) {
        abort();
    }
    block->size = 0; // the thread does not look at the header
    appendLine(log);
    pthread_join(thread, NULL);
    free(block);
}
