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

static pthread_mutex_t mutex;
void lockedAfterItsEndBad(void) {
    pthread_mutex_init(&mutex, NULL);
    pthread_mutex_destroy(&mutex);
    pthread_mutex_lock(&mutex); // expect: destroyed-while-held(used-after-end)
    pthread_mutex_unlock(&mutex);
}
void endedTwiceBad(struct session* session) {
    pthread_mutex_destroy(&session->mutex);
    pthread_mutex_destroy(&session->mutex); // expect: destroyed-while-held(used-after-end)
}
static void sessionEnd(struct session* session) { pthread_mutex_destroy(&session->mutex); }
void lockedAfterItsEndInACalleeBad(struct session* session) {
    sessionEnd(session);
    pthread_mutex_lock(&session->mutex); // expect: destroyed-while-held(used-after-end)
    session->requests = 1;
    pthread_mutex_unlock(&session->mutex);
}
void madeAgainOk(struct session* session) {
    pthread_mutex_destroy(&session->mutex);
    pthread_mutex_init(&session->mutex, NULL);
    pthread_mutex_lock(&session->mutex);
    session->requests = 1;
    pthread_mutex_unlock(&session->mutex);
}
void endedOnAnotherPathOk(struct session* session, int last) {
    if (last) {
        pthread_mutex_destroy(&session->mutex);
        return;
    }
    pthread_mutex_lock(&session->mutex);
    session->requests = 1;
    pthread_mutex_unlock(&session->mutex);
}
void oneOfManyOk(struct session* sessions, int n) {
    for (int i = 0; i < n; i++) {
        pthread_mutex_destroy(&sessions[i].mutex);
    }
    for (int i = n; i < 2 * n; i++) {
        pthread_mutex_lock(&sessions[i].mutex);
        pthread_mutex_unlock(&sessions[i].mutex);
    }
}
