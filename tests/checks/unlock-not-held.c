// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C: released twice after an error, released where the lock was not taken, released by the wrong name.
#include <pthread.h>
#include <stddef.h>
#include <threads.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;
int failed(void);

int releasedTwiceOnTheErrorPathBad(void) {
    int status = 0;
    pthread_mutex_lock(&mutex);
    if (failed()) {
        pthread_mutex_unlock(&mutex);
        status = -1;
        goto out;
    }
    status = 1;
out:
    pthread_mutex_unlock(&mutex); // expect: unlock-not-held "mutex"
    return status;
}

int releasedOnceOk(void) {
    int status = 0;
    pthread_mutex_lock(&mutex);
    if (failed()) {
        status = -1;
        goto out;
    }
    status = 1;
out:
    pthread_mutex_unlock(&mutex);
    return status;
}

int errorBeforeTheLockBad(void) {
    int status = 0;
    if (failed()) {
        status = -1;
        goto out;
    }
    pthread_mutex_lock(&mutex);
    status = 1;
out:
    pthread_mutex_unlock(&mutex); // expect: unlock-not-held
    return status;
}

int errorBeforeTheLockOk(void) {
    if (failed()) {
        return -1;
    }
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return 0;
}

void twiceInARowBad(void) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_unlock(&mutex); // expect: unlock-not-held
}

void wrongNameBad(void) {
    pthread_mutex_lock(&mutex);   // partner: lock-leak
    pthread_mutex_unlock(&other); // expect: unlock-not-held "other"
}

void tryNotTestedBad(void) {
    pthread_mutex_trylock(&mutex);
    pthread_mutex_unlock(&mutex); // expect: unlock-not-held
}

void tryTestedOk(void) {
    if (pthread_mutex_trylock(&mutex) == 0) {
        pthread_mutex_unlock(&mutex);
    }
}

void sameFlagOk(int threaded) {
    if (threaded) {
        pthread_mutex_lock(&mutex);
    }
    if (threaded) {
        pthread_mutex_unlock(&mutex);
    }
}

void spinTwiceBad(void) {
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
    pthread_spin_unlock(&spin); // expect: unlock-not-held "spin"
}

struct object {
    pthread_mutex_t mutex;
    int value;
};
void objectReleasedTwiceBad(struct object* object) {
    pthread_mutex_lock(&object->mutex);
    int value = ++object->value;
    pthread_mutex_unlock(&object->mutex);
    if (value > 9) {
        pthread_mutex_unlock(&object->mutex); // expect: unlock-not-held
    }
}
void wrongObjectBad(struct object* one, struct object* two) {
    pthread_mutex_lock(&one->mutex);   // partner: lock-leak
    pthread_mutex_unlock(&two->mutex); // expect: unlock-not-held
}
void objectUnlockOk(struct object* object) { pthread_mutex_unlock(&object->mutex); }
void objectLockOk(struct object* object) { pthread_mutex_lock(&object->mutex); }
void pairedCallsOk(struct object* object) {
    objectLockOk(object);
    object->value++;
    objectUnlockOk(object);
}
void pairedCallsBad(struct object* object) {
    objectLockOk(object);
    object->value++;
    objectUnlockOk(object);
    objectUnlockOk(object); // expect: unlock-not-held
}

static mtx_t c11;
void c11TwiceBad(void) {
    mtx_lock(&c11);
    mtx_unlock(&c11);
    mtx_unlock(&c11); // expect: unlock-not-held "c11"
}

// ---- one of an array of locks in each round ----
static pthread_mutex_t slot_locks[8];
static int slots[8];
static void finish_slot(int i) {
    slots[i] = 0;
    pthread_mutex_unlock(&slot_locks[i]);
}
static void* sweep(void* arg) {
    for (int i = 0; i < 8; i++) {
        if (slots[i] == 3) {
            finish_slot(i); // expect: unlock-not-held "slot_locks"
            continue;
        }
        pthread_mutex_lock(&slot_locks[i]);
        if (slots[i] > 1) {
            finish_slot(i);
            continue;
        }
        slots[i] = 2;
        pthread_mutex_unlock(&slot_locks[i]);
    }
    return arg;
}
void startSweeping(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, sweep, NULL);
    pthread_join(thread, NULL);
}

// What code tells race detectors of a lock of its own.
void AnnotateRWLockAcquired(const char* file, int line, const volatile void* lock, long isWriter);
void AnnotateRWLockReleased(const char* file, int line, const volatile void* lock, long isWriter);
static int ownLock;
void annotatedInOtherModeBad(void) {
    AnnotateRWLockAcquired(__FILE__, __LINE__, &ownLock, 1);
    AnnotateRWLockReleased(__FILE__, __LINE__, &ownLock, 0); // expect: unlock-not-held "other mode"
}
void annotatedOk(void) {
    AnnotateRWLockAcquired(__FILE__, __LINE__, &ownLock, 1);
    AnnotateRWLockReleased(__FILE__, __LINE__, &ownLock, 1);
    AnnotateRWLockAcquired(__FILE__, __LINE__, &ownLock, 0);
    AnnotateRWLockReleased(__FILE__, __LINE__, &ownLock, 0);
}
void annotatedOfEitherModeOk(long isWriter) {
    AnnotateRWLockAcquired(__FILE__, __LINE__, &ownLock, isWriter);
    AnnotateRWLockReleased(__FILE__, __LINE__, &ownLock, isWriter);
}

// ---- locks chosen at random, taken in one round and given back in another ----
static pthread_mutex_t chosen_locks[8];
int choose(void);
static void* takeAndGiveBackOk(void* unused) {
    int taken[8], count = 0;
    for (int i = 0; i < 100; i++) {
        if (count < 8 && choose() > 3) {
            int next = choose();
            pthread_mutex_lock(&chosen_locks[next]);
            taken[count++] = next;
        } else if (count > 0) {
            int last = taken[--count];
            pthread_mutex_unlock(&chosen_locks[last]);
        }
    }
    return unused;
}
void startTaking(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, takeAndGiveBackOk, NULL);
    pthread_join(thread, NULL);
}
