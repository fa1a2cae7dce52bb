// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Data handed from thread to thread, C: semaphores, conditions, queues of pointers.
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static void runBoth(void* (*one)(void*), void* (*other)(void*)) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- semaphores that signal ----
static sem_t filled;
static int box;
static void* fillBox(void* unused) {
    (void)unused;
    box = 1;
    sem_post(&filled);
    return NULL;
}
static void* emptyBox(void* unused) {
    (void)unused;
    sem_wait(&filled);
    return box != 0 ? &box : NULL;
}
void postedAfterTheWriteOk(void) {
    sem_init(&filled, 0, 0);
    runBoth(fillBox, emptyBox);
    sem_destroy(&filled);
}
static sem_t announced;
static int hastyBox;
static void* announceThenFill(void* unused) {
    (void)unused;
    sem_post(&announced);
    hastyBox = 1; // expect: data-race "hastyBox"
    return NULL;
}
static void* emptyHastyBox(void* unused) {
    (void)unused;
    sem_wait(&announced);
    return hastyBox != 0 ? &hastyBox : NULL; // expect: data-race
}
void postedBeforeTheWriteBad(void) {
    sem_init(&announced, 0, 0);
    runBoth(announceThenFill, emptyHastyBox);
    sem_destroy(&announced);
}

// ---- conditions ----
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready, payload;
static void* produce(void* unused) {
    (void)unused;
    payload = 42;
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return NULL;
}
static void* consume(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    while (!ready) {
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    return payload != 0 ? &payload : NULL;
}
void payloadPublishedByTheFlagOk(void) { runBoth(produce, consume); }

static int stage;
static void* advance(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&changed); // partner: lost-wakeup
    pthread_mutex_unlock(&mutex);
    stage = 1; // expect: data-race "stage"; partner: lost-wakeup
    return NULL;
}
static void* awaitStage(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    while (stage == 0) { // partner: data-race
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}
void stateChangedOutsideTheLockBad(void) { runBoth(advance, awaitStage); }

// ---- a queue that passes ownership ----
struct Message {
    int size;
    struct Message* next;
};
static pthread_mutex_t queueMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queueFilled = PTHREAD_COND_INITIALIZER;
static struct Message* queue;
static void pushMessage(struct Message* message) {
    pthread_mutex_lock(&queueMutex);
    message->next = queue;
    queue = message;
    pthread_mutex_unlock(&queueMutex);
    pthread_cond_signal(&queueFilled);
}
static struct Message* popMessage(void) {
    pthread_mutex_lock(&queueMutex);
    while (queue == NULL) {
        pthread_cond_wait(&queueFilled, &queueMutex);
    }
    struct Message* message = queue;
    queue = message->next;
    pthread_mutex_unlock(&queueMutex);
    return message;
}
static void* sender(void* unused) {
    (void)unused;
    struct Message* message = malloc(sizeof *message);
    message->size = 7;
    pushMessage(message);
    return NULL;
}
static void* receiver(void* unused) {
    (void)unused;
    struct Message* message = popMessage();
    message->size++;
    free(message);
    return NULL;
}
void messageBelongsToTheReceiverOk(void) { runBoth(sender, receiver); }

static pthread_mutex_t slotMutex = PTHREAD_MUTEX_INITIALIZER;
static struct Message* slot;
static void* keepsWriting(void* unused) {
    (void)unused;
    struct Message* message = calloc(1, sizeof *message);
    pthread_mutex_lock(&slotMutex);
    slot = message;
    pthread_mutex_unlock(&slotMutex);
    message->size = 8; // expect: data-race "size"
    return NULL;
}
static void* readsSlot(void* unused) {
    (void)unused;
    pthread_mutex_lock(&slotMutex);
    int size = slot != NULL ? slot->size : 0; // partner: data-race
    pthread_mutex_unlock(&slotMutex);
    return size != 0 ? &slot : NULL;
}
void senderKeepsWritingBad(void) { runBoth(keepsWriting, readsSlot); }
