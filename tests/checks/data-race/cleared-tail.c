// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A part of a record is cleared, from one member on to the end: what stands before is not touched.
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int sum;
static void add(int value) {
    pthread_mutex_lock(&mutex);
    sum += value;
    pthread_mutex_unlock(&mutex);
}
static void with(void* (*run)(void*), void (*meanwhile)(void)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) == 0) {
        meanwhile();
        pthread_join(thread, NULL);
    }
}

// ---- what stands before ----
struct Library {
    int id, references, count;
};
static struct Library library = {7, 1, 0};
static void* readIdOk(void* unused) {
    add(library.id);
    return unused;
}
static void resetOk(void) {
    const size_t offset = offsetof(struct Library, references);
    pthread_mutex_lock(&mutex);
    memset((char*)&library + offset, 0, sizeof(library) - offset);
    pthread_mutex_unlock(&mutex);
}

// ---- what is cleared ----
struct Shop {
    int id, references, count;
};
static struct Shop shop = {7, 1, 0};
static void* readCountCurrentlyMissed(void* unused) {
    add(shop.count); // missed: data-race
    return unused;
}
static void resetShop(void) {
    const size_t offset = offsetof(struct Shop, references);
    pthread_mutex_lock(&mutex);
    memset((char*)&shop + offset, 0, sizeof(shop) - offset);
    pthread_mutex_unlock(&mutex);
}

// ---- all of it ----
struct Stock {
    int id, references, count;
};
static struct Stock stock = {7, 1, 0};
static void* readStockBad(void* unused) {
    add(stock.id); // expect: data-race "id"
    return unused;
}
static void resetStock(void) {
    pthread_mutex_lock(&mutex);
    memset(&stock, 0, sizeof(stock)); // partner: data-race
    pthread_mutex_unlock(&mutex);
}

// ---- the first members ----
struct Store {
    int id, references, count;
};
static struct Store store = {7, 1, 0};
static void* readStoreBad(void* unused) {
    add(store.id); // expect: data-race "id"
    return unused;
}
static void resetStore(void) {
    pthread_mutex_lock(&mutex);
    memset(&store, 0, offsetof(struct Store, count)); // partner: data-race
    pthread_mutex_unlock(&mutex);
}

int main(void) {
    with(readIdOk, resetOk);
    with(readCountCurrentlyMissed, resetShop);
    with(readStockBad, resetStock);
    with(readStoreBad, resetStore);
    return sum;
}
