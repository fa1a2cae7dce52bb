// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Races that look like synchronisation, C: plain and volatile flags, double-checked and lazy initialisation, atomics in two
// steps, neighbouring bit-fields.
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static void runBoth(void* (*one)(void*), void* (*other)(void*)) {
    pthread_t a, b;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- flags ----
static bool stop;
static void* spin(void* unused) {
    (void)unused;
    while (!stop) { // expect: data-race
    }
    return NULL;
}
static void* request(void* unused) {
    (void)unused;
    stop = true; // expect: data-race
    return NULL;
}
void boolUsedAsASignalBad(void) { runBoth(spin, request); }
static volatile int halt;
static void* spinVolatile(void* unused) {
    (void)unused;
    while (!halt) { // expect: data-race(volatile) "halt"
    }
    return NULL;
}
static void* requestVolatile(void* unused) {
    (void)unused;
    halt = 1; // expect: data-race(volatile)
    return NULL;
}
void volatileUsedAsASignalBad(void) { runBoth(spinVolatile, requestVolatile); }
static atomic_bool quit;
static void* spinAtomic(void* unused) {
    (void)unused;
    while (!quit) {
    }
    return NULL;
}
static void* requestAtomic(void* unused) {
    (void)unused;
    quit = true;
    return NULL;
}
void atomicUsedAsASignalOk(void) { runBoth(spinAtomic, requestAtomic); }
static int builtinFlag;
static void* spinBuiltin(void* unused) {
    (void)unused;
    while (!__atomic_load_n(&builtinFlag, __ATOMIC_ACQUIRE)) {
    }
    return NULL;
}
static void* requestBuiltin(void* unused) {
    (void)unused;
    __atomic_store_n(&builtinFlag, 1, __ATOMIC_RELEASE);
    return NULL;
}
void builtinUsedAsASignalOk(void) { runBoth(spinBuiltin, requestBuiltin); }

// ---- double-checked locking ----
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int *table, *safeTable;
static void* tableOnce(void* unused) {
    (void)unused;
    if (table == NULL) { // expect: data-race
        pthread_mutex_lock(&mutex);
        if (table == NULL) {
            table = calloc(16, sizeof *table); // partner: data-race
        }
        pthread_mutex_unlock(&mutex);
    }
    return table; // partner: data-race
}
void pointerTestedOutsideTheLockBad(void) { runBoth(tableOnce, tableOnce); }
static void* safeTableOnce(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    if (safeTable == NULL) {
        safeTable = calloc(16, sizeof *safeTable);
    }
    int* seen = safeTable;
    pthread_mutex_unlock(&mutex);
    return seen;
}
void pointerTestedUnderTheLockOk(void) { runBoth(safeTableOnce, safeTableOnce); }

// ---- lazy initialisation ----
static void* lazily(void* unused) {
    (void)unused;
    static int* cache;
    if (cache == NULL) {               // partner: data-race
        cache = malloc(sizeof *cache); // expect: data-race
    }
    return cache; // partner: data-race
}
void staticCacheFilledOnFirstUseBad(void) { runBoth(lazily, lazily); }

// ---- atomics in two steps ----
static atomic_int count, swapped, whole;
static void* addInTwoSteps(void* unused) {
    (void)unused;
    atomic_store(&count, atomic_load(&count) + 1); // expect: data-race(split-update) "count"
    return NULL;
}
void loadThenStoreBad(void) { runBoth(addInTwoSteps, addInTwoSteps); }
static void* addBySwap(void* unused) {
    (void)unused;
    int seen = atomic_load(&swapped);
    while (!atomic_compare_exchange_weak(&swapped, &seen, seen + 1)) {
    }
    return NULL;
}
void compareExchangeLoopOk(void) { runBoth(addBySwap, addBySwap); }
static void* addWhole(void* unused) {
    (void)unused;
    whole += 1;
    atomic_fetch_add(&whole, 1);
    return NULL;
}
void readModifyWriteOk(void) { runBoth(addWhole, addWhole); }

// ---- bit-fields ----
static struct {
    unsigned open : 1;
    unsigned dirty : 1;
} flags;
static pthread_mutex_t openMutex = PTHREAD_MUTEX_INITIALIZER, dirtyMutex = PTHREAD_MUTEX_INITIALIZER;
static void* setOpen(void* unused) {
    (void)unused;
    pthread_mutex_lock(&openMutex);
    flags.open = 1; // missed: data-race(bit-field) "open"
    pthread_mutex_unlock(&openMutex);
    return NULL;
}
static void* setDirty(void* unused) {
    (void)unused;
    pthread_mutex_lock(&dirtyMutex);
    flags.dirty = 1; // missed: data-race(bit-field) "dirty"
    pthread_mutex_unlock(&dirtyMutex);
    return NULL;
}
void neighboursShareAWordBad(void) { runBoth(setOpen, setDirty); }

// ---- a pointer to guarded data leaves the lock ----
static pthread_mutex_t escapeMutex = PTHREAD_MUTEX_INITIALIZER;
static struct Settings {
    int level;
} settings;
static struct Settings* settingsLocked(void) {
    pthread_mutex_lock(&escapeMutex);
    struct Settings* result = &settings;
    pthread_mutex_unlock(&escapeMutex);
    return result;
}
static void* raiseLevel(void* unused) {
    (void)unused;
    pthread_mutex_lock(&escapeMutex);
    settings.level++;
    pthread_mutex_unlock(&escapeMutex);
    return NULL;
}
static void* readLevel(void* unused) {
    (void)unused;
    return settingsLocked()->level != 0 ? &settings : NULL; // expect: data-race
}
void pointerOutlivesTheLockBad(void) { runBoth(raiseLevel, readLevel); }

// ---- a stale copy is written back ----
static pthread_mutex_t staleMutex = PTHREAD_MUTEX_INITIALIZER;
static int stale, fresh;
static void* writeBackUnlocked(void* unused) {
    (void)unused;
    pthread_mutex_lock(&staleMutex);
    int copy = stale;
    pthread_mutex_unlock(&staleMutex);
    stale = copy + 1; // expect: data-race "stale"
    return NULL;
}
void writtenBackWithoutTheLockBad(void) { runBoth(writeBackUnlocked, writeBackUnlocked); }
static void* recomputeLocked(void* unused) {
    (void)unused;
    pthread_mutex_lock(&staleMutex);
    int copy = fresh;
    fresh = copy + 1;
    pthread_mutex_unlock(&staleMutex);
    return NULL;
}
void readAndWrittenInOneSectionOk(void) { runBoth(recomputeLocked, recomputeLocked); }
