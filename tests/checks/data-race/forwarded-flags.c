// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether to lock is told by a number that is handed on from function to function.
#include <pthread.h>
#include <stdlib.h>

struct Broker {
    struct Broker* next;
    pthread_mutex_t lock;
    int state, load;
    pthread_t thread;
};
struct Client {
    struct Broker* brokers;
};
static int sum;

static void addStateOk(struct Broker* broker, int locks) {
    if (locks)
        pthread_mutex_lock(&broker->lock);
    sum += broker->state;
    if (locks)
        pthread_mutex_unlock(&broker->lock);
}
static void addAllStates(struct Client* client, int locks) {
    for (struct Broker* broker = client->brokers; broker; broker = broker->next)
        addStateOk(broker, locks);
}
void dumpOk(struct Client* client) { addAllStates(client, 1); }

static void addLoadBad(struct Broker* broker, int locks) {
    if (locks)
        pthread_mutex_lock(&broker->lock);
    sum += broker->load; // expect: data-race "Broker::load"
    if (locks)
        pthread_mutex_unlock(&broker->lock);
}
static void addAllLoads(struct Client* client, int locks) {
    for (struct Broker* broker = client->brokers; broker; broker = broker->next)
        addLoadBad(broker, locks);
}
void dumpBad(struct Client* client) { addAllLoads(client, 0); }

static void* run(void* argument) {
    struct Broker* broker = argument;
    pthread_mutex_lock(&broker->lock);
    broker->state++;
    broker->load++;
    pthread_mutex_unlock(&broker->lock);
    return NULL;
}
void addBroker(struct Client* client) {
    struct Broker* broker = calloc(1, sizeof *broker);
    pthread_mutex_init(&broker->lock, NULL);
    broker->next = client->brokers;
    client->brokers = broker;
    pthread_create(&broker->thread, NULL, run, broker);
}
void removeBroker(struct Client* client) {
    pthread_join(client->brokers->thread, NULL);
    free(client->brokers);
    client->brokers = NULL;
}
