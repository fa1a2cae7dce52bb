// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where along the control flow a lock is held, C: error paths, gotos, callees that lock, recursive locks.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>

static void runBoth(void* (*one)(void*), void* (*other)(void*)) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- error exits by goto ----
static pthread_mutex_t gotoMutex = PTHREAD_MUTEX_INITIALIZER;
static int gotoGood, gotoBad;
static void* oneExit(void* argument) {
    pthread_mutex_lock(&gotoMutex);
    if (argument == NULL) {
        goto out;
    }
    gotoGood++;
out:
    gotoGood--;
    pthread_mutex_unlock(&gotoMutex);
    return NULL;
}
void commonExitUnlocksLastOk(void) { runBoth(oneExit, oneExit); }
static void* exitAfterUnlock(void* argument) {
    pthread_mutex_lock(&gotoMutex);
    if (argument == NULL) {
        pthread_mutex_unlock(&gotoMutex);
        goto out;
    }
    gotoBad++;
    pthread_mutex_unlock(&gotoMutex);
out:
    gotoBad--; // expect: data-race "gotoBad"
    return NULL;
}
void commonExitRunsUnlockedBad(void) { runBoth(exitAfterUnlock, exitAfterUnlock); }

// ---- callees with a lock effect ----
static pthread_mutex_t effectMutex = PTHREAD_MUTEX_INITIALIZER;
static int effectGood, effectBad;
static int beginEffect(void) { return pthread_mutex_lock(&effectMutex); }
static void endEffect(void) { pthread_mutex_unlock(&effectMutex); }
static void* inside(void* unused) {
    (void)unused;
    beginEffect();
    effectGood++;
    endEffect();
    return NULL;
}
void calleeLocksOk(void) { runBoth(inside, inside); }
static void* outside(void* unused) {
    (void)unused;
    beginEffect();
    endEffect();
    effectBad++; // expect: data-race
    return NULL;
}
void calleeHasUnlockedBad(void) { runBoth(outside, outside); }

// ---- a checked lock call ----
static pthread_mutex_t checkedMutex = PTHREAD_MUTEX_INITIALIZER;
static int checked;
static void* lockIsChecked(void* unused) {
    (void)unused;
    if (pthread_mutex_lock(&checkedMutex) != 0) {
        return NULL;
    }
    checked++;
    pthread_mutex_unlock(&checkedMutex);
    return NULL;
}
void lockResultIsCheckedOk(void) { runBoth(lockIsChecked, lockIsChecked); }

// ---- recursive ----
static pthread_mutex_t recursiveMutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int recursiveGood, recursiveBad;
static void* unlockOnceOfTwice(void* unused) {
    (void)unused;
    pthread_mutex_lock(&recursiveMutex);
    pthread_mutex_lock(&recursiveMutex);
    pthread_mutex_unlock(&recursiveMutex);
    recursiveGood++;
    pthread_mutex_unlock(&recursiveMutex);
    return NULL;
}
void stillHeldOk(void) { runBoth(unlockOnceOfTwice, unlockOnceOfTwice); }
static void* unlockTwiceOfTwice(void* unused) {
    (void)unused;
    pthread_mutex_lock(&recursiveMutex);
    pthread_mutex_lock(&recursiveMutex);
    pthread_mutex_unlock(&recursiveMutex);
    pthread_mutex_unlock(&recursiveMutex);
    recursiveBad++; // expect: data-race
    return NULL;
}
void noLongerHeldBad(void) { runBoth(unlockTwiceOfTwice, unlockTwiceOfTwice); }

// ---- recursive by attribute ----
static pthread_mutex_t byAttribute;
static int attributed;
static void* nestByAttribute(void* unused) {
    (void)unused;
    pthread_mutex_lock(&byAttribute);
    pthread_mutex_lock(&byAttribute);
    attributed++;
    pthread_mutex_unlock(&byAttribute);
    attributed++;
    pthread_mutex_unlock(&byAttribute);
    return NULL;
}
void recursiveByAttributeOk(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&byAttribute, &attributes);
    pthread_mutexattr_destroy(&attributes);
    runBoth(nestByAttribute, nestByAttribute);
}

// ---- held by the creator ----
static pthread_mutex_t creatorMutex = PTHREAD_MUTEX_INITIALIZER;
static int behalf, tooEarly;
static void* writeBehalfLocked(void* unused) {
    (void)unused;
    pthread_mutex_lock(&creatorMutex);
    behalf = 1;
    pthread_mutex_unlock(&creatorMutex);
    return NULL;
}
static void* writeBehalf(void* unused) {
    (void)unused;
    behalf = 2;
    return NULL;
}
void creatorHoldsUntilItHasJoinedOk(void) {
    pthread_t rival, deputy;
    pthread_create(&rival, NULL, writeBehalfLocked, NULL);
    pthread_mutex_lock(&creatorMutex);
    pthread_create(&deputy, NULL, writeBehalf, NULL);
    pthread_join(deputy, NULL);
    pthread_mutex_unlock(&creatorMutex);
    pthread_join(rival, NULL);
}
static void* writeTooEarlyLocked(void* unused) {
    (void)unused;
    pthread_mutex_lock(&creatorMutex);
    tooEarly = 1;
    pthread_mutex_unlock(&creatorMutex);
    return NULL;
}
static void* writeTooEarly(void* unused) {
    (void)unused;
    tooEarly = 2; // expect: data-race
    return NULL;
}
void creatorUnlocksBeforeItJoinsBad(void) {
    pthread_t rival, deputy;
    pthread_create(&rival, NULL, writeTooEarlyLocked, NULL);
    pthread_mutex_lock(&creatorMutex);
    pthread_create(&deputy, NULL, writeTooEarly, NULL);
    pthread_mutex_unlock(&creatorMutex);
    pthread_join(deputy, NULL);
    pthread_join(rival, NULL);
}

// ---- a flag that remembers the lock ----
static pthread_mutex_t flaggedMutex = PTHREAD_MUTEX_INITIALIZER;
static int flagged, unflagged;
static void* remembers(void* argument) {
    int locked = 0;
    if (argument == NULL) {
        pthread_mutex_lock(&flaggedMutex);
        locked = 1;
    }
    if (locked) {
        flagged++;
    }
    if (locked) {
        pthread_mutex_unlock(&flaggedMutex);
    }
    return NULL;
}
void accessedWhenTheFlagSaysLockedOk(void) { runBoth(remembers, remembers); }
static void* forgets(void* argument) {
    int locked = 0;
    if (argument == NULL) {
        pthread_mutex_lock(&flaggedMutex);
        locked = 1;
    }
    unflagged++; // expect: data-race
    if (locked) {
        pthread_mutex_unlock(&flaggedMutex);
    }
    return NULL;
}
void accessedWhateverTheFlagSaysBad(void) {
    pthread_t a, b;
    int unlocked = 1;
    pthread_create(&a, NULL, forgets, NULL);
    pthread_create(&b, NULL, forgets, &unlocked);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- cleanup handlers ----
static pthread_mutex_t cleanupMutex = PTHREAD_MUTEX_INITIALIZER;
static int cleaned;
static void unlockCleanup(void* mutex) { pthread_mutex_unlock(mutex); }
static void* withCleanup(void* unused) {
    (void)unused;
    pthread_mutex_lock(&cleanupMutex);
    pthread_cleanup_push(unlockCleanup, &cleanupMutex);
    cleaned++;
    pthread_testcancel();
    pthread_cleanup_pop(1);
    return NULL;
}
void cleanupHandlerUnlocksOk(void) { runBoth(withCleanup, withCleanup); }

// ---- longjmp leaves the critical section ----
static pthread_mutex_t jumpMutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local jmp_buf jumpTarget;
static int jumped;
static void failUnlocked(void) {
    pthread_mutex_unlock(&jumpMutex);
    longjmp(jumpTarget, 1);
}
static void* jumpOut(void* argument) {
    if (setjmp(jumpTarget) != 0) {
        jumped--; // expect: data-race "jumped"
        return NULL;
    }
    pthread_mutex_lock(&jumpMutex);
    if (argument == NULL) {
        failUnlocked();
    }
    jumped++;
    pthread_mutex_unlock(&jumpMutex);
    return NULL;
}
void longjmpPastTheCriticalSectionBad(void) { runBoth(jumpOut, jumpOut); }
