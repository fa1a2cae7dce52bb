// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shapes of correct programs, met in real code, that are still reported. Each stands beside its mistaken twin.
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

// An object with two states: free, when the pool's lock guards it, and in use, when its own does. Both are held to change state.
struct page {
    pthread_mutex_t mutex;
    int inUse, version, count;
    struct page* next;
};
struct pool {
    pthread_mutex_t mutex;
    struct page* free;
    struct page pages[8];
};
static struct pool pool;
static struct page* takePage(void) {
    pthread_mutex_lock(&pool.mutex);
    struct page* page = pool.free;
    if (page) {
        pool.free = page->next;
        page->version = 1;
    }
    pthread_mutex_unlock(&pool.mutex);
    return page;
}
static void giveBack(struct page* page) {
    pthread_mutex_lock(&page->mutex);
    pthread_mutex_lock(&pool.mutex);
    page->inUse = 0;
    page->next = pool.free;
    pool.free = page;
    pthread_mutex_unlock(&pool.mutex);
    pthread_mutex_unlock(&page->mutex);
}
static int useByNumber(int number) {
    struct page* page = &pool.pages[number % 8];
    pthread_mutex_lock(&page->mutex);
    int result = page->inUse ? page->version : 0;
    pthread_mutex_unlock(&page->mutex);
    return result;
}
static void* pageWorker(void* unused) {
    struct page* page = takePage();
    if (page) {
        pthread_mutex_lock(&page->mutex);
        page->inUse = 1;
        pthread_mutex_unlock(&page->mutex);
        useByNumber(3);
        giveBack(page);
    }
    return unused;
}
void twoStatesOk(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, pageWorker, NULL);
    pthread_create(&two, NULL, pageWorker, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// The flag that says whether a lock is held and the function that needs it stand in one constant object.
static pthread_mutex_t listMutex = PTHREAD_MUTEX_INITIALIZER;
static int listed, seen;
struct visitor {
    int needsLock;
    void (*visit)(void);
};
static void unlist(void) {
    --listed; // false-alarm: data-race "listed"
}
static void look(void) {}
static const struct visitor unlister = {1, unlist}, looker = {0, look};
static void crawl(const struct visitor* visitor) {
    pthread_mutex_lock(&listMutex);
    ++listed;
    if (!visitor->needsLock)
        pthread_mutex_unlock(&listMutex);
    visitor->visit();
    if (visitor->needsLock)
        pthread_mutex_unlock(&listMutex);
}
static void* crawler(void* argument) {
    crawl(argument ? &unlister : &looker);
    return argument;
}
void flagAndCallbackTogetherOk(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, crawler, NULL);
    pthread_create(&two, NULL, crawler, &seen);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// Two threads keep to different elements because they choose from different numbers.
static int buckets[4];
static void fill(int bucket) {
    int* place = &buckets[bucket];
    ++*place; // false-alarm: data-race "buckets"
}
static void* evenFiller(void* unused) {
    for (int i = 0; i < 100; ++i)
        fill(i % 2 ? 0 : 2);
    return unused;
}
static void* oddFiller(void* unused) {
    for (int i = 0; i < 100; ++i)
        fill(i % 2 ? 1 : 3);
    return unused;
}
void differentElementsOk(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, evenFiller, NULL);
    pthread_create(&two, NULL, oddFiller, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

// A thread that is already running gets the object only from one that is started later.
struct worker {
    int ready;
    pthread_t thread;
};
static pthread_mutex_t mailMutex = PTHREAD_MUTEX_INITIALIZER;
static struct worker* mail;
static void* clerk(void* unused) {
    pthread_mutex_lock(&mailMutex);
    struct worker* worker = mail;
    pthread_mutex_unlock(&mailMutex);
    return worker && worker->ready ? unused : NULL;
}
static void* laterWorker(void* argument) {
    pthread_mutex_lock(&mailMutex);
    mail = argument;
    pthread_mutex_unlock(&mailMutex);
    return argument;
}
static struct worker workers[4];
void publishedByALaterThreadOk(void) {
    pthread_t early;
    pthread_create(&early, NULL, clerk, NULL);
    workers[0].ready = 1; // false-alarm: data-race "ready"
    pthread_create(&workers[0].thread, NULL, laterWorker, &workers[0]);
    pthread_join(workers[0].thread, NULL);
    pthread_join(early, NULL);
}
