// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects that count their users under a lock: whoever drops the last reference is alone and frees without the lock.
#include <pthread.h>
#include <stdlib.h>

static void start(void* (*run)(void*), void* argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, argument) == 0)
        pthread_detach(thread);
}

// ---- the last one frees ----
typedef struct Connection {
    pthread_mutex_t* mutex;
    int references, received;
    char* buffer;
} Connection;
static void connectionFree(Connection* connection) {
    free(connection->buffer);
    pthread_mutex_destroy(connection->mutex);
    free(connection->mutex);
    free(connection);
}
static void releaseOk(Connection* connection) {
    if (connection == NULL)
        return;
    pthread_mutex_lock(connection->mutex);
    const int references = --connection->references;
    pthread_mutex_unlock(connection->mutex);
    if (references == 0)
        connectionFree(connection);
}
static void* receiveOk(void* argument) {
    Connection* connection = argument;
    pthread_mutex_lock(connection->mutex);
    connection->received++;
    pthread_mutex_unlock(connection->mutex);
    releaseOk(connection);
    return NULL;
}
int connectionOpenOk(Connection** out) {
    Connection* connection = calloc(1, sizeof(*connection));
    if (!connection || !(connection->mutex = malloc(sizeof(*connection->mutex))))
        return 1;
    pthread_mutex_init(connection->mutex, NULL);
    connection->references = 1;
    *out = connection;
    return 0;
}
void connectionStartOk(Connection* connection) {
    pthread_mutex_lock(connection->mutex);
    connection->references++;
    start(receiveOk, connection);
    pthread_mutex_unlock(connection->mutex);
}
void connectionSetOk(Connection* connection, char* buffer) {
    pthread_mutex_lock(connection->mutex);
    connection->buffer = buffer;
    connection->received++;
    pthread_mutex_unlock(connection->mutex);
}
void connectionCloseOk(Connection* connection) { releaseOk(connection); }

// ---- the last one frees, but one that reads has no lock ----
typedef struct Channel {
    pthread_mutex_t mutex;
    int references, length;
} Channel;
static void channelRelease(Channel* channel) {
    pthread_mutex_lock(&channel->mutex);
    channel->length = 0;
    const int references = --channel->references;
    pthread_mutex_unlock(&channel->mutex);
    if (references == 0)
        free(channel);
}
static void* sendBad(void* argument) {
    Channel* channel = argument;
    if (channel->length < 9) { // expect: data-race "length"
        pthread_mutex_lock(&channel->mutex);
        channel->length++; // partner: data-race
        pthread_mutex_unlock(&channel->mutex);
    }
    channelRelease(channel);
    return NULL;
}
void channelStartBad(void) {
    Channel* channel = calloc(1, sizeof(*channel));
    pthread_mutex_init(&channel->mutex, NULL);
    channel->references = 2;
    start(sendBad, channel);
    start(sendBad, channel);
}

// ---- the last one finishes, the object stays ----
typedef struct Job {
    pthread_mutex_t mutex;
    int pending, done;
} Job;
static void finish(Job* job) {
    pthread_mutex_lock(&job->mutex);
    const int pending = --job->pending;
    pthread_mutex_unlock(&job->mutex);
    if (pending == 0)
        job->done = 1; // expect: data-race "done"
}
static void* workBad(void* argument) {
    finish(argument);
    return NULL;
}
int isDone(Job* job) {
    pthread_mutex_lock(&job->mutex);
    const int done = job->done; // partner: data-race
    pthread_mutex_unlock(&job->mutex);
    return done;
}
void jobStartBad(Job* job) {
    job->pending = 2;
    start(workBad, job);
    start(workBad, job);
}

// ---- what belongs to all of them ----
static pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
static int alive;
typedef struct Session {
    pthread_mutex_t mutex;
    int references;
} Session;
static void sessionRelease(Session* session) {
    pthread_mutex_lock(&session->mutex);
    const int references = --session->references;
    pthread_mutex_unlock(&session->mutex);
    if (references == 0) {
        alive--; // expect: data-race "alive"
        free(session);
    }
}
static void* talkBad(void* argument) {
    sessionRelease(argument);
    return NULL;
}
void sessionStartBad(Session* session) {
    pthread_mutex_lock(&session->mutex);
    session->references++;
    pthread_mutex_unlock(&session->mutex);
    start(talkBad, session);
}
int aliveNow(void) {
    pthread_mutex_lock(&all);
    const int now = alive; // partner: data-race
    pthread_mutex_unlock(&all);
    return now;
}
