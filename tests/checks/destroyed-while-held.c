// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C: pthread_mutex_destroy or free of a lock that is held.
#include <pthread.h>
#include <stdlib.h>

struct session {
    pthread_mutex_t mutex;
    int requests;
};
int failed(void);
void publish(pthread_mutex_t* mutex);

void destroyedWhileHeldBad(struct session* session) {
    pthread_mutex_lock(&session->mutex);
    session->requests = 0;
    pthread_mutex_destroy(&session->mutex); // expect: destroyed-while-held "mutex"
    free(session);
}

void unlockedThenDestroyedOk(struct session* session) {
    pthread_mutex_lock(&session->mutex);
    session->requests = 0;
    pthread_mutex_unlock(&session->mutex);
    pthread_mutex_destroy(&session->mutex);
    free(session);
}

void destroyedOnTheErrorPathBad(void) {
    pthread_mutex_t mutex;
    pthread_mutex_init(&mutex, NULL);
    publish(&mutex);
    pthread_mutex_lock(&mutex);
    if (failed()) {
        pthread_mutex_destroy(&mutex); // expect: destroyed-while-held "mutex"
        return;
    }
    pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&mutex);
}

void freedWhileHeldBad(void) {
    struct session* session = calloc(1, sizeof *session);
    pthread_mutex_init(&session->mutex, NULL);
    publish(&session->mutex);
    pthread_mutex_lock(&session->mutex);
    session->requests = 1;
    free(session); // expect: destroyed-while-held "mutex"
}

void rwlockDestroyedWhileReadBad(pthread_rwlock_t* lock) {
    pthread_rwlock_rdlock(lock);
    pthread_rwlock_destroy(lock); // expect: destroyed-while-held
}

static void sessionClose(struct session* session) {
    pthread_mutex_unlock(&session->mutex);
    pthread_mutex_destroy(&session->mutex);
    free(session);
}
void calleeUnlocksFirstOk(struct session* session) {
    pthread_mutex_lock(&session->mutex);
    sessionClose(session);
}
static void sessionDrop(struct session* session) {
    pthread_mutex_destroy(&session->mutex); // expect: destroyed-while-held
    free(session);
}
void calleeDestroysBad(struct session* session) {
    pthread_mutex_lock(&session->mutex);
    sessionDrop(session);
}
