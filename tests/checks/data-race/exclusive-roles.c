/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Exclusiveness that no lock at the access shows, as C servers use it: pauses, once, flags that choose the lock, owners of buffers. */
#include <pthread.h>
#include <stdlib.h>

/* ---- everybody else is stopped ---- */
static pthread_mutex_t hang = PTHREAD_MUTEX_INITIALIZER;
static int tableSize;
static void stopAll(void) { pthread_mutex_lock(&hang); }
static void resumeAll(void) { pthread_mutex_unlock(&hang); }
static void* lookUp(void* unused) {
    pthread_mutex_lock(&hang);
    int size = tableSize;
    pthread_mutex_unlock(&hang);
    return size ? unused : NULL;
}
void grownWhileAllAreStoppedOk(void) {
    pthread_t reader;
    pthread_create(&reader, NULL, lookUp, NULL);
    stopAll();
    tableSize *= 2;
    resumeAll();
    pthread_join(reader, NULL);
}

/* ---- made once ---- */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int polynomial;
static void makeTable(void) { polynomial = 17; }
static void* checksum(void* unused) {
    pthread_once(&once, makeTable);
    return polynomial ? unused : NULL;
}
void readAfterOnceOk(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, checksum, NULL);
    pthread_create(&other, NULL, checksum, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
}

/* ---- released and taken again under the same flag ---- */
struct module {
    int needsLock;
};
static pthread_mutex_t listMutex = PTHREAD_MUTEX_INITIALIZER;
static int listLength;
static void visit(struct module* module) {
    pthread_mutex_lock(&listMutex);
    if (!module->needsLock)
        pthread_mutex_unlock(&listMutex);
    if (module->needsLock)
        listLength++;
    if (!module->needsLock)
        pthread_mutex_lock(&listMutex);
    listLength++;
    pthread_mutex_unlock(&listMutex);
}
static void* visitor(void* module) {
    visit(module);
    return NULL;
}
void sameFlagOnBothSidesOk(void) {
    static struct module strict = {1}, lax = {0};
    pthread_t one, other;
    pthread_create(&one, NULL, visitor, &strict);
    pthread_create(&other, NULL, visitor, &lax);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
}

/* ---- two buffers made at one place ---- */
struct buffer {
    pthread_mutex_t mutex;
    int used;
};
static struct buffer* makeBuffer(void) {
    struct buffer* buffer = calloc(1, sizeof *buffer);
    pthread_mutex_init(&buffer->mutex, NULL);
    return buffer;
}
static struct buffer *shared, *mine;
static void* fill(void* unused) {
    pthread_mutex_lock(&shared->mutex);
    shared->used++;
    pthread_mutex_unlock(&shared->mutex);
    return unused;
}
static void* fillMine(void* unused) {
    mine->used++; /* only this thread uses it */
    return unused;
}
void buffersOfTheirOwnOk(void) {
    pthread_t one, other, owner;
    shared = makeBuffer();
    mine = makeBuffer();
    pthread_create(&one, NULL, fill, NULL);
    pthread_create(&other, NULL, fill, NULL);
    pthread_create(&owner, NULL, fillMine, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    pthread_join(owner, NULL);
}

/* ---- handed over through a queue ---- */
struct request {
    struct request* next;
    int size;
};
static pthread_mutex_t queueMutex = PTHREAD_MUTEX_INITIALIZER;
static struct request* queue;
static void* serve(void* unused) {
    for (;;) {
        pthread_mutex_lock(&queueMutex);
        struct request* request = queue;
        if (request)
            queue = request->next;
        pthread_mutex_unlock(&queueMutex);
        if (!request)
            return unused;
        request->size++;
        free(request);
    }
}
void ownerChangesInTheQueueOk(void) {
    pthread_t server;
    pthread_create(&server, NULL, serve, NULL);
    struct request* request = malloc(sizeof *request);
    if (request) {
        request->size = 1;
        pthread_mutex_lock(&queueMutex);
        request->next = queue;
        queue = request;
        pthread_mutex_unlock(&queueMutex);
    }
    pthread_join(server, NULL);
}

/* ---- the same shapes without the exclusiveness ---- */
static int paused;
static void* count(void* unused) {
    paused++; // expect: data-race "paused"
    return unused;
}
void nobodyIsStoppedBad(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, count, NULL);
    pthread_create(&other, NULL, count, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
}
