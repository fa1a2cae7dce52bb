// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A factory allocates an object and starts the thread that has it for itself: two objects, two threads, nothing shared.
#include <pthread.h>
#include <stdlib.h>

struct Client {
    pthread_t thread, other;
    int jobs;
    struct Client* peer;
};

static void* serveOk(void* argument) {
    struct Client* client = argument;
    client->jobs--; // fine: the thread's own
    return NULL;
}
struct Client* makeClientOk(void) {
    struct Client* client = calloc(1, sizeof *client);
    client->jobs = 5;
    pthread_create(&client->thread, NULL, serveOk, client);
    return client;
}
static struct Client* allocate(void) { return calloc(1, sizeof(struct Client)); }
struct Client* makeByHelperOk(void) {
    struct Client* client = allocate();
    client->jobs = 5;
    pthread_create(&client->thread, NULL, serveOk, client);
    return client;
}
void endClient(struct Client* client) {
    pthread_join(client->thread, NULL);
    free(client);
}

struct Pair {
    pthread_t first, second;
    int jobs;
};
static void* serveBad(void* argument) {
    struct Pair* pair = argument;
    pair->jobs--; // expect: data-race "Pair::jobs"
    return NULL;
}
struct Pair* makePair(void) {
    struct Pair* pair = calloc(1, sizeof *pair);
    pthread_create(&pair->first, NULL, serveBad, pair);
    pthread_create(&pair->second, NULL, serveBad, pair);
    return pair;
}
void endPair(struct Pair* pair) {
    pthread_join(pair->first, NULL);
    pthread_join(pair->second, NULL);
    free(pair);
}

struct Pool {
    pthread_t last;
    int jobs;
};
static void* workBad(void* argument) {
    struct Pool* pool = argument;
    pthread_detach(pthread_self()); // the next handle overwrites this one's
    pool->jobs--;                   // expect: data-race "Pool::jobs"
    return NULL;
}
struct Pool* makePool(int threads) {
    struct Pool* pool = calloc(1, sizeof *pool);
    for (int i = 0; i < threads; i++)
        pthread_create(&pool->last, NULL, workBad, pool);
    return pool;
}

static struct Client* newest;
static void* look(void* argument) {
    struct Client* client = argument;
    client->jobs--;
    return NULL;
}
struct Client* makeShownBad(void) {
    struct Client* client = calloc(1, sizeof *client);
    newest = client;
    pthread_create(&client->thread, NULL, look, client);
    newest->jobs = 5; // expect: data-race "Client::jobs"
    return client;
}
