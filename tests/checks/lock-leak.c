// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks left held in C: error returns, gotos that skip the unlock, forgotten branches, mixed-up locks.
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <threads.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
int failed(void);
void touch(void);

int errorReturnBad(void) {
    pthread_mutex_lock(&mutex); // expect: lock-leak "mutex"
    if (failed()) {
        return -1;
    }
    pthread_mutex_unlock(&mutex);
    return 0;
}

int errorReturnOk(void) {
    pthread_mutex_lock(&mutex);
    if (failed()) {
        pthread_mutex_unlock(&mutex);
        return -1;
    }
    pthread_mutex_unlock(&mutex);
    return 0;
}

int commonExitOk(void) {
    int status = -1;
    pthread_mutex_lock(&mutex);
    if (failed()) {
        goto out;
    }
    status = 0;
out:
    pthread_mutex_unlock(&mutex);
    return status;
}

int exitPastTheUnlockBad(void) {
    char* buffer = malloc(16);
    pthread_mutex_lock(&mutex); // expect: lock-leak
    if (failed()) {
        goto out;
    }
    touch();
    pthread_mutex_unlock(&mutex);
out:
    free(buffer);
    return 0;
}

int twoExitsOk(void) {
    int status = 0;
    char* buffer = malloc(16);
    if (buffer == NULL) {
        status = -1;
        goto out;
    }
    pthread_mutex_lock(&mutex);
    if (failed()) {
        status = -2;
        goto unlock;
    }
    touch();
unlock:
    pthread_mutex_unlock(&mutex);
out:
    free(buffer);
    return status;
}

void forgottenBranchBad(int kind) {
    pthread_mutex_lock(&mutex); // expect: lock-leak
    if (kind == 1) {
        pthread_mutex_unlock(&mutex);
    } else if (kind == 2) {
        touch();
        pthread_mutex_unlock(&mutex);
    }
}

void sameConditionOk(int threaded) {
    if (threaded) {
        pthread_mutex_lock(&mutex);
    }
    touch();
    if (threaded) {
        pthread_mutex_unlock(&mutex);
    }
}

void flagRemembersOk(int wanted) {
    int locked = 0;
    if (wanted && pthread_mutex_lock(&mutex) == 0) {
        locked = 1;
    }
    touch();
    if (locked) {
        pthread_mutex_unlock(&mutex);
    }
}

void loopLeftBad(int rounds) {
    for (int i = 0; i < rounds; i++) {
        pthread_mutex_lock(&mutex); // expect: lock-leak
        if (failed()) {
            break;
        }
        pthread_mutex_unlock(&mutex);
    }
}

void otherLockReleasedBad(void) {
    static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&left); // expect: lock-leak "left"
    pthread_mutex_lock(&right);
    pthread_mutex_unlock(&right);
}

int lockFailedOk(void) {
    if (pthread_mutex_lock(&mutex) != 0) {
        return -1;
    }
    touch();
    pthread_mutex_unlock(&mutex);
    return 0;
}

int tryFailedOk(void) {
    int status = pthread_mutex_trylock(&mutex);
    if (status == EBUSY) {
        return -1;
    }
    touch();
    pthread_mutex_unlock(&mutex);
    return 0;
}

int trySucceededBad(void) {
    if (pthread_mutex_trylock(&mutex) == 0) { // expect: lock-leak
        touch();
        return 1;
    }
    return 0;
}

int readLockLeftBad(void) {
    pthread_rwlock_rdlock(&rwlock); // expect: lock-leak "rwlock"
    if (failed()) {
        return -1;
    }
    pthread_rwlock_unlock(&rwlock);
    return 0;
}

void theProgramEndsOk(void) {
    pthread_mutex_lock(&mutex);
    if (failed()) {
        abort();
    }
    pthread_mutex_unlock(&mutex);
}

// ---- structures ----
struct account {
    pthread_mutex_t mutex;
    long balance;
};
int accountTakeBad(struct account* account, long amount) {
    pthread_mutex_lock(&account->mutex); // expect: lock-leak "mutex"
    if (account->balance < amount) {
        return -1;
    }
    account->balance -= amount;
    pthread_mutex_unlock(&account->mutex);
    return 0;
}
int accountTakeOk(struct account* account, long amount) {
    int status = -1;
    pthread_mutex_lock(&account->mutex);
    if (account->balance >= amount) {
        account->balance -= amount;
        status = 0;
    }
    pthread_mutex_unlock(&account->mutex);
    return status;
}
int pairUpdateBad(struct account* one, struct account* other) {
    pthread_mutex_lock(&one->mutex); // expect: lock-leak
    one->balance++;
    if (other == NULL) {
        return -1;
    }
    pthread_mutex_unlock(&one->mutex);
    return 0;
}

// ---- lock functions ----
void accountLockOk(struct account* account) { pthread_mutex_lock(&account->mutex); }
void accountUnlockOk(struct account* account) { pthread_mutex_unlock(&account->mutex); }
struct account* accountGetLockedOk(struct account* account) { // NULL: not locked
    pthread_mutex_lock(&account->mutex);
    if (account->balance < 0) {
        pthread_mutex_unlock(&account->mutex);
        return NULL;
    }
    return account;
}
int accountBeginOk(struct account* account) { // 0: locked
    pthread_mutex_lock(&account->mutex);
    if (account->balance < 0) {
        pthread_mutex_unlock(&account->mutex);
        return -1;
    }
    return 0;
}
void accountWrappedBad(struct account* account) {
    accountLockOk(account); // expect: lock-leak
    if (failed()) {
        return;
    }
    accountUnlockOk(account);
}
void accountGotAndForgottenBad(struct account* account) {
    struct account* locked = accountGetLockedOk(account); // expect: lock-leak
    if (locked != NULL) {
        locked->balance++;
    }
}
void accountGotAndReleasedOk(struct account* account) {
    struct account* locked = accountGetLockedOk(account);
    if (locked == NULL) {
        return;
    }
    locked->balance++;
    pthread_mutex_unlock(&locked->mutex);
}

// ---- longjmp ----
static jmp_buf target;
static void giveUp(void) { longjmp(target, 1); }
void jumpedOutCurrentlyMissed(void) {
    if (setjmp(target) == 0) {
        pthread_mutex_lock(&mutex); // missed: lock-leak
        if (failed()) {
            giveUp();
        }
        pthread_mutex_unlock(&mutex);
    }
}

// ---- C11 ----
static mtx_t c11;
int c11ErrorReturnBad(void) {
    mtx_lock(&c11); // expect: lock-leak "c11"
    if (failed()) {
        return -1;
    }
    mtx_unlock(&c11);
    return 0;
}
int c11ErrorReturnOk(void) {
    mtx_lock(&c11);
    int status = failed() ? -1 : 0;
    mtx_unlock(&c11);
    return status;
}

/* Lock functions that the user of a library supplies: only their names are known. */
struct lock_functions {
    int (*lock)(void* lock);
    int (*unlock)(void* lock);
};
extern struct lock_functions lockFunctions;
struct guarded {
    void* lock;
    int value;
};
int suppliedLockWithStatusOk(struct guarded* guarded) {
    int status = 0;
    status = lockFunctions.lock(guarded->lock);
    if (status)
        return -1;
    guarded->value++;
    status = lockFunctions.unlock(guarded->lock);
    return status;
}
int suppliedLockForgottenBad(struct guarded* guarded, int bad) {
    lockFunctions.lock(guarded->lock); // expect: lock-leak
    if (bad)
        return -1;
    lockFunctions.unlock(guarded->lock);
    return 0;
}

/* One function for both halves, told apart by a mode. */
#define LOCKING_LOCK 4
#define LOCKING_UNLOCK 8
#define LOCKING_WRITE 1
extern void (*lockingFunction)(int mode, void* lock);
#define TAKE(lock)                                                                                                     \
    do {                                                                                                               \
        if (lock)                                                                                                      \
            lockingFunction(LOCKING_LOCK | LOCKING_WRITE, lock);                                                       \
    } while (0)
#define GIVE(lock)                                                                                                     \
    do {                                                                                                               \
        if (lock)                                                                                                      \
            lockingFunction(LOCKING_UNLOCK | LOCKING_WRITE, lock);                                                     \
    } while (0)
void modeLockOk(struct guarded* guarded) {
    TAKE(guarded->lock);
    guarded->value++;
    GIVE(guarded->lock);
}
int modeLockForgottenBad(struct guarded* guarded, int bad) {
    TAKE(guarded->lock); // expect: lock-leak
    if (bad)
        return -1;
    GIVE(guarded->lock);
    return 0;
}
void modeLockTakenTwiceBad(struct guarded* guarded) {
    TAKE(guarded->lock);
    guarded->value++;
    TAKE(guarded->lock); // expect: lock-leak(taken-twice)
}
void modeLockNestedOk(struct guarded* guarded) {
    TAKE(guarded->lock);
    TAKE(guarded->lock);
    guarded->value++;
    GIVE(guarded->lock);
    GIVE(guarded->lock);
}
void modeLockFunctionOk(struct guarded* guarded) { TAKE(guarded->lock); }

// ---- one lock for each round of a loop ----
static pthread_mutex_t stripes[8];
static int counts[8];
void lockAllOk(void) {
    for (int i = 0; i < 8; ++i)
        pthread_mutex_lock(&stripes[i]);
    for (int i = 0; i < 8; ++i)
        counts[i] = 0;
    for (int i = 7; i >= 0; --i)
        pthread_mutex_unlock(&stripes[i]);
}
void lockEachForgottenBad(int key) {
    for (int round = 0; round < 3; ++round) {
        pthread_mutex_lock(&stripes[key]); // expect: lock-leak
        if (failed())
            return;
        counts[key]++;
        pthread_mutex_unlock(&stripes[key]);
    }
}
// A pointer that was tested keeps what is known of it when the place it came from is given another value.
struct chained {
    pthread_mutex_t mutex;
    struct chained* next;
};
void replaceFirstOk(struct chained* list, struct chained* fresh) {
    struct chained* first = list->next;
    if (first)
        pthread_mutex_lock(&first->mutex);
    fresh->next = first;
    list->next = fresh;
    if (first)
        pthread_mutex_unlock(&first->mutex);
}

// ---- the constant comes first ----
static pthread_mutex_t reversed_lock = PTHREAD_MUTEX_INITIALIZER;
static int reversed_uses;
static int take_reversed(void) { return 0 == pthread_mutex_trylock(&reversed_lock); }
void reversedOk(void) {
    if (take_reversed()) {
        reversed_uses++;
        pthread_mutex_unlock(&reversed_lock);
    }
}
void reversedTestOk(void) {
    if (0 != pthread_mutex_trylock(&reversed_lock))
        return;
    reversed_uses++;
    pthread_mutex_unlock(&reversed_lock);
}
void reversedBad(int early) {
    if (0 != pthread_mutex_trylock(&reversed_lock)) // expect: lock-leak "reversed_lock"
        return;
    if (1 <= early)
        return;
    pthread_mutex_unlock(&reversed_lock);
}
