// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock held while a thread is started: it protects the thread for as long as the starter keeps it, and it is a gate for a thread
// that takes it first.
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

// ---- the starter keeps the lock until the thread is joined ----
static int kept, keptTooShort, shared;
static void* addUnderLock(void* counter) {
    pthread_mutex_lock(&mutex);
    ++kept;
    ++keptTooShort; // partner: data-race
    pthread_mutex_unlock(&mutex);
    return counter;
}
static void* addProtected(void* unused) {
    ++kept;
    return unused;
}
void joinedUnderTheLockOk(void) {
    pthread_t other, own;
    pthread_create(&other, NULL, addUnderLock, NULL);
    pthread_mutex_lock(&mutex);
    pthread_create(&own, NULL, addProtected, NULL);
    pthread_join(own, NULL);
    pthread_mutex_unlock(&mutex);
    pthread_join(other, NULL);
}
static void* addTooLate(void* unused) {
    ++keptTooShort; // expect: data-race "keptTooShort"
    return unused;
}
void joinedAfterTheLockBad(void) {
    pthread_t other, own;
    pthread_create(&other, NULL, addUnderLock, NULL);
    pthread_mutex_lock(&mutex);
    pthread_create(&own, NULL, addTooLate, NULL);
    pthread_mutex_unlock(&mutex);
    pthread_join(own, NULL);
    pthread_join(other, NULL);
}
static void* addShared(void* unused) {
    ++shared; // expect: data-race "shared"
    return unused;
}
void starterRunsOnBad(void) {
    pthread_t own;
    pthread_mutex_lock(&mutex);
    pthread_create(&own, NULL, addShared, NULL);
    ++shared; // partner: data-race
    pthread_join(own, NULL);
    pthread_mutex_unlock(&mutex);
}

// ---- the lock is given back to wait ----
static pthread_mutex_t waitMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int isReady, waited;
static void* addToWaited(void* unused) {
    ++waited; // expect: data-race "waited"
    return unused;
}
static void* makeReady(void* unused) {
    pthread_mutex_lock(&waitMutex);
    isReady = 1;
    ++waited; // partner: data-race
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&waitMutex);
    return unused;
}
void waitsWhileItRunsBad(void) {
    pthread_t other, own;
    pthread_create(&other, NULL, makeReady, NULL);
    pthread_mutex_lock(&waitMutex);
    pthread_create(&own, NULL, addToWaited, NULL);
    while (!isReady)
        pthread_cond_wait(&changed, &waitMutex);
    pthread_join(own, NULL);
    pthread_mutex_unlock(&waitMutex);
    pthread_join(other, NULL);
}

// ---- a gate ----
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int prepared, unguarded, reopened;
static void* passGate(void* unused) {
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    ++prepared; // the starter has let go
    return unused;
}
void gateOk(void) {
    pthread_t own;
    pthread_mutex_lock(&gate);
    pthread_create(&own, NULL, passGate, NULL);
    ++prepared;
    pthread_mutex_unlock(&gate);
    pthread_join(own, NULL);
}
static void* passBesideGate(void* isCareful) {
    if (isCareful) {
        pthread_mutex_lock(&gate);
        pthread_mutex_unlock(&gate);
    }
    ++unguarded; // expect: data-race "unguarded"
    return isCareful;
}
void besideTheGateBad(void) {
    pthread_t own;
    pthread_mutex_lock(&gate);
    pthread_create(&own, NULL, passBesideGate, NULL);
    ++unguarded; // partner: data-race
    pthread_mutex_unlock(&gate);
    pthread_join(own, NULL);
}
static void* passReopened(void* unused) {
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    ++reopened; // expect: data-race "reopened"
    return unused;
}
void takenAgainBad(void) {
    pthread_t own;
    pthread_mutex_lock(&gate);
    pthread_create(&own, NULL, passReopened, NULL);
    pthread_mutex_unlock(&gate);
    pthread_mutex_lock(&gate);
    ++reopened; // partner: data-race
    pthread_mutex_unlock(&gate);
    pthread_join(own, NULL);
}

// ---- through a thread in between ----
static int behind, early;
static void* inner(void* unused) {
    ++behind;
    return unused;
}
static void* outer(void* unused) {
    pthread_t next;
    pthread_mutex_lock(&gate);
    pthread_create(&next, NULL, inner, NULL);
    pthread_mutex_unlock(&gate);
    pthread_join(next, NULL);
    return unused;
}
void gateOfAnotherOk(void) {
    pthread_t own;
    pthread_mutex_lock(&gate);
    pthread_create(&own, NULL, outer, NULL);
    ++behind;
    pthread_mutex_unlock(&gate);
    pthread_join(own, NULL);
}
static void* earlyInner(void* unused) {
    ++early; // expect: data-race "early"
    return unused;
}
static void* earlyOuter(void* unused) {
    pthread_t next;
    pthread_create(&next, NULL, earlyInner, NULL);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    pthread_join(next, NULL);
    return unused;
}
void startedBeforeTheGateBad(void) {
    pthread_t own;
    pthread_mutex_lock(&gate);
    pthread_create(&own, NULL, earlyOuter, NULL);
    ++early; // partner: data-race
    pthread_mutex_unlock(&gate);
    pthread_join(own, NULL);
}
