// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lock order in C: cycles over functions and structures, self-deadlock, gates, try-locks, join.
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>

static void runBoth(void* (*one)(void*), void* (*other)(void*)) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- two locks ----
static pthread_mutex_t forkMutex = PTHREAD_MUTEX_INITIALIZER, knifeMutex = PTHREAD_MUTEX_INITIALIZER;
static void* forkFirst(void* unused) {
    pthread_mutex_lock(&forkMutex);
    pthread_mutex_lock(&knifeMutex); // expect: lock-order "forkMutex" "knifeMutex"
    pthread_mutex_unlock(&knifeMutex);
    pthread_mutex_unlock(&forkMutex);
    return unused;
}
static void* knifeFirst(void* unused) {
    pthread_mutex_lock(&knifeMutex);
    pthread_mutex_lock(&forkMutex); // expect: lock-order
    pthread_mutex_unlock(&forkMutex);
    pthread_mutex_unlock(&knifeMutex);
    return unused;
}
void oppositeOrderBad(void) { runBoth(forkFirst, knifeFirst); }

static pthread_mutex_t cupMutex = PTHREAD_MUTEX_INITIALIZER, plateMutex = PTHREAD_MUTEX_INITIALIZER;
static void* cupThenPlate(void* unused) {
    pthread_mutex_lock(&cupMutex);
    pthread_mutex_lock(&plateMutex);
    pthread_mutex_unlock(&plateMutex);
    pthread_mutex_unlock(&cupMutex);
    return unused;
}
static void* cupOrPlate(void* unused) {
    pthread_mutex_lock(&plateMutex);
    pthread_mutex_unlock(&plateMutex);
    pthread_mutex_lock(&cupMutex);
    pthread_mutex_unlock(&cupMutex);
    return unused;
}
void neverBothInTheOtherOrderOk(void) { runBoth(cupThenPlate, cupOrPlate); }

// ---- through callees ----
static pthread_mutex_t accountMutex = PTHREAD_MUTEX_INITIALIZER, auditMutex = PTHREAD_MUTEX_INITIALIZER;
static int audited;
static void audit(void) {
    pthread_mutex_lock(&auditMutex); // expect: lock-order
    audited++;
    pthread_mutex_unlock(&auditMutex);
}
static void* pay(void* unused) {
    pthread_mutex_lock(&accountMutex);
    audit();
    pthread_mutex_unlock(&accountMutex);
    return unused;
}
static void checkAccounts(void) {
    pthread_mutex_lock(&accountMutex); // expect: lock-order
    pthread_mutex_unlock(&accountMutex);
}
static void* review(void* unused) {
    pthread_mutex_lock(&auditMutex);
    checkAccounts();
    pthread_mutex_unlock(&auditMutex);
    return unused;
}
void holdOneCallOtherBad(void) { runBoth(pay, review); }

// ---- a gate ----
static pthread_mutex_t gateMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t leftMutex = PTHREAD_MUTEX_INITIALIZER, rightMutex = PTHREAD_MUTEX_INITIALIZER;
static void* leftRightGated(void* unused) {
    pthread_mutex_lock(&gateMutex);
    pthread_mutex_lock(&leftMutex);
    pthread_mutex_lock(&rightMutex);
    pthread_mutex_unlock(&rightMutex);
    pthread_mutex_unlock(&leftMutex);
    pthread_mutex_unlock(&gateMutex);
    return unused;
}
static void* rightLeftGated(void* unused) {
    pthread_mutex_lock(&gateMutex);
    pthread_mutex_lock(&rightMutex);
    pthread_mutex_lock(&leftMutex);
    pthread_mutex_unlock(&leftMutex);
    pthread_mutex_unlock(&rightMutex);
    pthread_mutex_unlock(&gateMutex);
    return unused;
}
void commonGateOk(void) { runBoth(leftRightGated, rightLeftGated); }

// ---- join excludes ----
static pthread_mutex_t dayMutex = PTHREAD_MUTEX_INITIALIZER, nightMutex = PTHREAD_MUTEX_INITIALIZER;
static void* dayNight(void* unused) {
    pthread_mutex_lock(&dayMutex);
    pthread_mutex_lock(&nightMutex);
    pthread_mutex_unlock(&nightMutex);
    pthread_mutex_unlock(&dayMutex);
    return unused;
}
static void* nightDay(void* unused) {
    pthread_mutex_lock(&nightMutex);
    pthread_mutex_lock(&dayMutex);
    pthread_mutex_unlock(&dayMutex);
    pthread_mutex_unlock(&nightMutex);
    return unused;
}
void oneEndsBeforeTheOtherStartsOk(void) {
    pthread_t day, night;
    pthread_create(&day, NULL, dayNight, NULL);
    pthread_join(day, NULL);
    pthread_create(&night, NULL, nightDay, NULL);
    pthread_join(night, NULL);
}

// ---- try-lock for the second ----
static pthread_mutex_t eastMutex = PTHREAD_MUTEX_INITIALIZER, westMutex = PTHREAD_MUTEX_INITIALIZER;
static void* eastWest(void* unused) {
    pthread_mutex_lock(&eastMutex);
    pthread_mutex_lock(&westMutex);
    pthread_mutex_unlock(&westMutex);
    pthread_mutex_unlock(&eastMutex);
    return unused;
}
static void* westThenMaybeEast(void* unused) {
    pthread_mutex_lock(&westMutex);
    if (pthread_mutex_trylock(&eastMutex) == 0) {
        pthread_mutex_unlock(&eastMutex);
    }
    pthread_mutex_unlock(&westMutex);
    return unused;
}
void tryLockDoesNotWaitOk(void) { runBoth(eastWest, westThenMaybeEast); }

// ---- three locks ----
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, c = PTHREAD_MUTEX_INITIALIZER;
static void* takeAB(void* unused) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b); // expect: lock-order
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return unused;
}
static void* takeBC(void* unused) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&c); // expect: lock-order
    pthread_mutex_unlock(&c);
    pthread_mutex_unlock(&b);
    return unused;
}
static void* takeCA(void* unused) {
    pthread_mutex_lock(&c);
    pthread_mutex_lock(&a); // expect: lock-order
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&c);
    return unused;
}
void cycleOfThreeBad(void) {
    pthread_t x, y, z;
    pthread_create(&x, NULL, takeAB, NULL);
    pthread_create(&y, NULL, takeBC, NULL);
    pthread_create(&z, NULL, takeCA, NULL);
    pthread_join(x, NULL);
    pthread_join(y, NULL);
    pthread_join(z, NULL);
}

// ---- two objects of one kind ----
struct Account {
    pthread_mutex_t mutex;
    int balance;
};
void transferBad(struct Account* from, struct Account* to, int amount) {
    pthread_mutex_lock(&from->mutex);
    pthread_mutex_lock(&to->mutex); // expect: lock-order "mutex"
    from->balance -= amount;
    to->balance += amount;
    pthread_mutex_unlock(&to->mutex);
    pthread_mutex_unlock(&from->mutex);
}
struct Ranked {
    pthread_mutex_t mutex;
    int balance;
};
void transferByAddressOk(struct Ranked* from, struct Ranked* to, int amount) {
    struct Ranked* first = (uintptr_t)from < (uintptr_t)to ? from : to;
    struct Ranked* second = first == from ? to : from;
    pthread_mutex_lock(&first->mutex);
    pthread_mutex_lock(&second->mutex);
    from->balance -= amount;
    to->balance += amount;
    pthread_mutex_unlock(&second->mutex);
    pthread_mutex_unlock(&first->mutex);
}

// ---- two fields of one object, no thread in sight ----
struct Device {
    pthread_mutex_t state, buffer;
    int open, filled;
};
void deviceOpenBad(struct Device* device) {
    pthread_mutex_lock(&device->state);
    pthread_mutex_lock(&device->buffer); // expect: lock-order "state" "buffer"
    device->open = 1;
    device->filled = 0;
    pthread_mutex_unlock(&device->buffer);
    pthread_mutex_unlock(&device->state);
}
void deviceFillBad(struct Device* device) {
    pthread_mutex_lock(&device->buffer);
    device->filled = 1;
    pthread_mutex_lock(&device->state); // expect: lock-order
    device->open = 2;
    pthread_mutex_unlock(&device->state);
    pthread_mutex_unlock(&device->buffer);
}

// ---- self-deadlock ----
static pthread_mutex_t selfMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursiveMutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
void lockedTwiceBad(void) {
    pthread_mutex_lock(&selfMutex);
    pthread_mutex_lock(&selfMutex); // expect: lock-order(self-deadlock) "selfMutex"
    pthread_mutex_unlock(&selfMutex);
    pthread_mutex_unlock(&selfMutex);
}
static void lockedCallee(void) {
    pthread_mutex_lock(&selfMutex); // expect: lock-order(self-deadlock)
    pthread_mutex_unlock(&selfMutex);
}
void lockedThroughACalleeBad(void) {
    pthread_mutex_lock(&selfMutex);
    lockedCallee();
    pthread_mutex_unlock(&selfMutex);
}
void recursiveTwiceOk(void) {
    pthread_mutex_lock(&recursiveMutex);
    pthread_mutex_lock(&recursiveMutex);
    pthread_mutex_unlock(&recursiveMutex);
    pthread_mutex_unlock(&recursiveMutex);
}
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
void upgradedBad(void) {
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_wrlock(&rwlock); // expect: lock-order(self-deadlock) "rwlock"
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
}
void readTwiceOk(void) {
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
}
static pthread_mutex_t errorPath = PTHREAD_MUTEX_INITIALIZER;
int retriedWithTheLockBad(int (*attempt)(void)) {
again:
    pthread_mutex_lock(&errorPath); // expect: lock-order(self-deadlock) "errorPath"; false-alarm: lock-leak
    if (attempt() < 0) {
        goto again;
    }
    pthread_mutex_unlock(&errorPath);
    return 0;
}
int retriedWithoutTheLockOk(int (*attempt)(void)) {
again:
    pthread_mutex_lock(&errorPath);
    if (attempt() < 0) {
        pthread_mutex_unlock(&errorPath);
        goto again;
    }
    pthread_mutex_unlock(&errorPath);
    return 0;
}

// ---- C11 and spin locks ----
static mtx_t first, second;
static int takeFirstSecond(void* unused) {
    (void)unused;
    mtx_lock(&first);
    mtx_lock(&second); // expect: lock-order
    mtx_unlock(&second);
    mtx_unlock(&first);
    return 0;
}
static int takeSecondFirst(void* unused) {
    (void)unused;
    mtx_lock(&second);
    mtx_lock(&first); // expect: lock-order
    mtx_unlock(&first);
    mtx_unlock(&second);
    return 0;
}
void c11LocksBad(void) {
    thrd_t one, other;
    mtx_init(&first, mtx_plain);
    mtx_init(&second, mtx_plain);
    thrd_create(&one, takeFirstSecond, NULL);
    thrd_create(&other, takeSecondFirst, NULL);
    thrd_join(one, NULL);
    thrd_join(other, NULL);
}
static pthread_spinlock_t spin;
static pthread_mutex_t slow = PTHREAD_MUTEX_INITIALIZER;
static void* spinThenSlow(void* unused) {
    pthread_spin_lock(&spin);
    pthread_mutex_lock(&slow); // expect: lock-order; partner: blocking-under-lock
    pthread_mutex_unlock(&slow);
    pthread_spin_unlock(&spin);
    return unused;
}
static void* slowThenSpin(void* unused) {
    pthread_mutex_lock(&slow);
    pthread_spin_lock(&spin); // expect: lock-order
    pthread_spin_unlock(&spin);
    pthread_mutex_unlock(&slow);
    return unused;
}
void spinLockAndMutexBad(void) {
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    runBoth(spinThenSlow, slowThenSpin);
}

// ---- which lock it is depends on a choice, or on the caller ----
static pthread_mutex_t red = PTHREAD_MUTEX_INITIALIZER, green = PTHREAD_MUTEX_INITIALIZER,
                       blue = PTHREAD_MUTEX_INITIALIZER;
static void* redThenGreen(void* unused) {
    pthread_mutex_lock(&red);
    pthread_mutex_lock(&green); // expect: lock-order
    pthread_mutex_unlock(&green);
    pthread_mutex_unlock(&red);
    return unused;
}
static void* chosenThenRed(void* isGreen) {
    pthread_mutex_t* chosen = isGreen ? &green : &blue;
    pthread_mutex_lock(chosen);
    pthread_mutex_lock(&red); // partner: lock-order
    pthread_mutex_unlock(&red);
    pthread_mutex_unlock(chosen);
    return isGreen;
}
void chosenLockBad(void) { runBoth(redThenGreen, chosenThenRed); }

static pthread_mutex_t ink = PTHREAD_MUTEX_INITIALIZER, pen = PTHREAD_MUTEX_INITIALIZER,
                       paper = PTHREAD_MUTEX_INITIALIZER;
static void takeBoth(pthread_mutex_t* one, pthread_mutex_t* other) {
    pthread_mutex_lock(one);
    pthread_mutex_lock(other); // expect: lock-order "ink"
    pthread_mutex_unlock(other);
    pthread_mutex_unlock(one);
}
static void* inkThenPen(void* unused) {
    takeBoth(&ink, &pen);
    return unused;
}
static void* penThenInk(void* unused) {
    takeBoth(&pen, &ink);
    return unused;
}
static void* inkThenPaper(void* unused) {
    takeBoth(&ink, &paper);
    return unused;
}
void oppositeArgumentsBad(void) { runBoth(inkThenPen, penThenInk); }
void otherArgumentsOk(void) { runBoth(inkThenPaper, inkThenPen); }
