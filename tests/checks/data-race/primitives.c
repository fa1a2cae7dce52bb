// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kinds of lock and atomic operation of C: POSIX, C11, GCC builtins.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <threads.h>

static void runBoth(void* (*one)(void*), void* (*other)(void*)) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- reader-writer locks ----
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static int table, mistaken;
static void* readTable(void* unused) {
    (void)unused;
    pthread_rwlock_rdlock(&rwlock);
    void* seen = table != 0 ? &table : NULL;
    pthread_rwlock_unlock(&rwlock);
    return seen;
}
static void* writeTable(void* unused) {
    (void)unused;
    pthread_rwlock_wrlock(&rwlock);
    table++;
    pthread_rwlock_unlock(&rwlock);
    return NULL;
}
void readersSharedWriterExclusiveOk(void) {
    runBoth(readTable, writeTable);
    runBoth(writeTable, writeTable);
}
static void* writeMistaken(void* unused) {
    (void)unused;
    pthread_rwlock_rdlock(&rwlock);
    mistaken++; // expect: data-race(write-under-shared-lock) "rwlock"
    pthread_rwlock_unlock(&rwlock);
    return NULL;
}
void writerTookTheReadLockBad(void) { runBoth(writeMistaken, writeMistaken); }

// ---- try-locks ----
static pthread_mutex_t tryMutex = PTHREAD_MUTEX_INITIALIZER;
static int tested, negated, ignored, busy, looped;
static void* addIfZero(void* unused) {
    (void)unused;
    if (pthread_mutex_trylock(&tryMutex) == 0) {
        tested++;
        pthread_mutex_unlock(&tryMutex);
    }
    return NULL;
}
void zeroMeansLockedOk(void) { runBoth(addIfZero, addIfZero); }
static void* addIfNonZero(void* unused) {
    (void)unused;
    if (pthread_mutex_trylock(&tryMutex)) {
        negated++; // expect: data-race "negated"
    } else {
        pthread_mutex_unlock(&tryMutex);
    }
    return NULL;
}
void nonZeroTakenForLockedBad(void) { runBoth(addIfNonZero, addIfNonZero); }
static void* addRegardless(void* unused) {
    (void)unused;
    int status = pthread_mutex_trylock(&tryMutex);
    ignored++; // expect: data-race "ignored"
    if (status == 0) {
        pthread_mutex_unlock(&tryMutex);
    }
    return NULL;
}
void statusIgnoredBad(void) { runBoth(addRegardless, addRegardless); }
static void* addUnlessBusy(void* unused) {
    (void)unused;
    if (pthread_mutex_trylock(&tryMutex) == EBUSY) {
        return NULL;
    }
    busy++;
    pthread_mutex_unlock(&tryMutex);
    return NULL;
}
void comparedWithBusyOk(void) { runBoth(addUnlessBusy, addUnlessBusy); }
static void* addWhenAtLast(void* unused) {
    (void)unused;
    while (pthread_mutex_trylock(&tryMutex) != 0) {
    }
    looped++;
    pthread_mutex_unlock(&tryMutex);
    return NULL;
}
void spunUntilTakenOk(void) { runBoth(addWhenAtLast, addWhenAtLast); }

// ---- spin locks ----
static pthread_spinlock_t spinLock;
static int spun, flagSpun, builtinSpun;
static void* addSpinning(void* unused) {
    (void)unused;
    pthread_spin_lock(&spinLock);
    spun++;
    pthread_spin_unlock(&spinLock);
    return NULL;
}
void posixSpinLockOk(void) {
    pthread_spin_init(&spinLock, PTHREAD_PROCESS_PRIVATE);
    runBoth(addSpinning, addSpinning);
}
static atomic_flag flag = ATOMIC_FLAG_INIT;
static void* addByFlag(void* unused) {
    (void)unused;
    while (atomic_flag_test_and_set_explicit(&flag, memory_order_acquire)) {
    }
    flagSpun++;
    atomic_flag_clear_explicit(&flag, memory_order_release);
    return NULL;
}
void atomicFlagAsALockOk(void) { runBoth(addByFlag, addByFlag); }
static int builtinLock;
static void* addByBuiltin(void* unused) {
    (void)unused;
    while (__sync_lock_test_and_set(&builtinLock, 1)) {
    }
    builtinSpun++;
    __sync_lock_release(&builtinLock);
    return NULL;
}
void builtinAsALockOk(void) { runBoth(addByBuiltin, addByBuiltin); }

// ---- builtins on plain integers ----
static int syncAdded, atomicAdded, halfAtomic;
static void* addBySync(void* unused) {
    (void)unused;
    __sync_fetch_and_add(&syncAdded, 1);
    __atomic_fetch_add(&atomicAdded, 1, __ATOMIC_SEQ_CST);
    return NULL;
}
void builtinsAreAtomicOk(void) { runBoth(addBySync, addBySync); }
static void* addHalfAtomically(void* unused) {
    (void)unused;
    __atomic_fetch_add(&halfAtomic, 1, __ATOMIC_SEQ_CST); // partner: data-race
    return NULL;
}
static void* addPlainly(void* unused) {
    (void)unused;
    halfAtomic++; // expect: data-race "halfAtomic"
    return NULL;
}
void atomicHerePlainThereBad(void) { runBoth(addHalfAtomically, addPlainly); }

// ---- once ----
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int* onceTable;
static void fillOnceTable(void) { onceTable = calloc(1, sizeof *onceTable); }
static void* useOnceTable(void* unused) {
    (void)unused;
    pthread_once(&once, fillOnceTable);
    return onceTable;
}
void everyReaderGoesThroughOnceOk(void) { runBoth(useOnceTable, useOnceTable); }
static pthread_once_t lateOnce = PTHREAD_ONCE_INIT;
static int* lateTable;
static void fillLateTable(void) {
    lateTable = calloc(1, sizeof *lateTable); // expect: data-race "lateTable"
}
static void* useLateTable(void* unused) {
    (void)unused;
    pthread_once(&lateOnce, fillLateTable);
    return lateTable;
}
static void* peekLateTable(void* unused) {
    (void)unused;
    return lateTable; // expect: data-race
}
void oneReaderSkipsOnceBad(void) { runBoth(useLateTable, peekLateTable); }

// ---- semaphores as locks ----
static sem_t gate;
static int gated, leaky;
static void* addThroughTheGate(void* unused) {
    (void)unused;
    sem_wait(&gate);
    gated++;
    sem_post(&gate);
    leaky++; // expect: data-race "leaky"
    return NULL;
}
void semaphoreOfOneIsALockBad(void) {
    sem_init(&gate, 0, 1);
    runBoth(addThroughTheGate, addThroughTheGate);
    sem_destroy(&gate);
}

// ---- C11 locks ----
static mtx_t c11Mutex;
static once_flag c11Once = ONCE_FLAG_INIT;
static int c11Counted, c11Forgotten;
static void initC11Mutex(void) { mtx_init(&c11Mutex, mtx_plain); }
static int addC11(void* unused) {
    (void)unused;
    call_once(&c11Once, initC11Mutex);
    mtx_lock(&c11Mutex);
    c11Counted++;
    mtx_unlock(&c11Mutex);
    return 0;
}
static int forgetC11(void* unused) {
    (void)unused;
    if (mtx_trylock(&c11Mutex) == thrd_success) {
        mtx_unlock(&c11Mutex);
    }
    c11Forgotten++; // expect: data-race "c11Forgotten"
    return 0;
}
void c11MutexOk(void) {
    thrd_t a, b;
    thrd_create(&a, addC11, NULL);
    thrd_create(&b, addC11, NULL);
    thrd_join(a, NULL);
    thrd_join(b, NULL);
}
void c11MutexForgottenBad(void) {
    thrd_t a, b;
    call_once(&c11Once, initC11Mutex);
    thrd_create(&a, forgetC11, NULL);
    thrd_create(&b, forgetC11, NULL);
    thrd_join(a, NULL);
    thrd_join(b, NULL);
}

// ---- C11 atomics with explicit order ----
static int payload;
static atomic_bool ready;
static void* publish(void* unused) {
    (void)unused;
    payload = 42;
    atomic_store_explicit(&ready, 1, memory_order_release);
    return NULL;
}
static void* receive(void* unused) {
    (void)unused;
    while (!atomic_load_explicit(&ready, memory_order_acquire)) {
    }
    return payload != 0 ? &payload : NULL;
}
void releaseAcquireOk(void) { runBoth(publish, receive); }

// ---- barriers ----
static pthread_barrier_t barrier;
static int halves[2], phases;
static void* firstHalf(void* unused) {
    (void)unused;
    halves[0] = 1;
    pthread_barrier_wait(&barrier);
    return halves[1] != 0 ? halves : NULL;
}
static void* secondHalf(void* unused) {
    (void)unused;
    halves[1] = 1;
    pthread_barrier_wait(&barrier);
    return halves[0] != 0 ? halves : NULL;
}
void barrierSeparatesThePhasesOk(void) {
    pthread_barrier_init(&barrier, NULL, 2);
    runBoth(firstHalf, secondHalf);
    pthread_barrier_destroy(&barrier);
}
static pthread_barrier_t lateBarrier;
static void* writePhase(void* unused) {
    (void)unused;
    pthread_barrier_wait(&lateBarrier);
    phases = 1; // expect: data-race "phases"
    return NULL;
}
static void* readPhase(void* unused) {
    (void)unused;
    pthread_barrier_wait(&lateBarrier);
    return phases != 0 ? &phases : NULL; // expect: data-race
}
void bothInTheSamePhaseBad(void) {
    pthread_barrier_init(&lateBarrier, NULL, 2);
    runBoth(writePhase, readPhase);
    pthread_barrier_destroy(&lateBarrier);
}

// ---- thread-specific data ----
static pthread_key_t key;
static void* useOwnData(void* unused) {
    (void)unused;
    int* own = pthread_getspecific(key);
    if (own == NULL) {
        own = calloc(1, sizeof *own);
        pthread_setspecific(key, own);
    }
    ++*own;
    return NULL;
}
void dataBehindAKeyIsPrivateOk(void) {
    pthread_key_create(&key, free);
    runBoth(useOwnData, useOwnData);
}

// ---- signal handlers ----
static volatile sig_atomic_t stopRequested;
static int handled;
static void onStop(int signal) {
    (void)signal;
    stopRequested = 1;
}
void flagSetByAHandlerOk(void) {
    signal(SIGTERM, onStop);
    while (!stopRequested) {
    }
}
static void onCount(int signal) {
    (void)signal;
    handled++; // expect: data-race "handled"
}
int plainDataInAHandlerBad(void) {
    signal(SIGUSR1, onCount);
    return handled; // partner: data-race
}
