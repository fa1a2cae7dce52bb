// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock is an expression, C: in the structure, behind a pointer, handed to a wrapper, found by container_of.
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

struct Account {
    pthread_mutex_t mutex;
    int balance;
};

static void startBoth(void* (*work)(void*), void* one, void* other) {
    pthread_t a, b;
    pthread_create(&a, NULL, work, one);
    pthread_create(&b, NULL, work, other);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- the lock of the object itself ----
static struct Account shared = {PTHREAD_MUTEX_INITIALIZER, 0};
static void* depositShared(void* argument) {
    struct Account* account = argument;
    pthread_mutex_lock(&account->mutex);
    account->balance++;
    pthread_mutex_unlock(&account->mutex);
    return NULL;
}
void lockOfTheObjectOk(void) { startBoth(depositShared, &shared, &shared); }

// ---- the lock of another object ----
struct Pair {
    struct Account from, to;
};
static struct Pair pairs = {{PTHREAD_MUTEX_INITIALIZER, 0}, {PTHREAD_MUTEX_INITIALIZER, 0}};
static void* depositIntoTo(void* argument) {
    struct Pair* pair = argument;
    pthread_mutex_lock(&pair->to.mutex);
    pair->to.balance++; // expect: data-race(wrong-lock) "balance"
    pthread_mutex_unlock(&pair->to.mutex);
    return NULL;
}
static void* takeUnderFrom(void* argument) {
    struct Pair* pair = argument;
    pthread_mutex_lock(&pair->from.mutex);
    pair->to.balance--; // expect: data-race(wrong-lock) "balance"
    pthread_mutex_unlock(&pair->from.mutex);
    return NULL;
}
void lockOfTheNeighbourBad(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, depositIntoTo, &pairs);
    pthread_create(&b, NULL, takeUnderFrom, &pairs);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

// ---- a pointer that may be one of two ----
static pthread_mutex_t red = PTHREAD_MUTEX_INITIALIZER, black = PTHREAD_MUTEX_INITIALIZER;
static int pot;
static void* play(void* onRed) {
    pthread_mutex_t* table = onRed != NULL ? &red : &black;
    pthread_mutex_lock(table);
    pot++; // expect: data-race(wrong-lock) "pot"
    pthread_mutex_unlock(table);
    return NULL;
}
void pointerToEitherLockBad(void) { startBoth(play, &red, NULL); }

static pthread_mutex_t* currentLock = &red;
static int viaGlobalPointer;
static void* addViaGlobalPointer(void* unused) {
    (void)unused;
    pthread_mutex_lock(currentLock);
    viaGlobalPointer++;
    pthread_mutex_unlock(currentLock);
    return NULL;
}
void pointerThatNeverChangesOk(void) { startBoth(addViaGlobalPointer, NULL, NULL); }

// ---- wrappers ----
typedef struct {
    pthread_mutex_t raw;
    const char* name;
} Lock;
static void lockTake(Lock* lock) { pthread_mutex_lock(&lock->raw); }
static void lockGive(Lock* lock) { pthread_mutex_unlock(&lock->raw); }

static Lock ours = {PTHREAD_MUTEX_INITIALIZER, "ours"}, theirs = {PTHREAD_MUTEX_INITIALIZER, "theirs"};
static int wrapped, mixed;
static void* addWrapped(void* argument) {
    lockTake(argument);
    wrapped++;
    lockGive(argument);
    return NULL;
}
void wrapperWithOneLockOk(void) { startBoth(addWrapped, &ours, &ours); }
static void* addMixed(void* argument) {
    lockTake(argument);
    mixed++; // missed: data-race(wrong-lock) "mixed"
    lockGive(argument);
    return NULL;
}
void wrapperWithTwoLocksBad(void) { startBoth(addMixed, &ours, &theirs); }

#define WITH(lock, statement)                                                                                          \
    do {                                                                                                               \
        lockTake(lock);                                                                                                \
        statement;                                                                                                     \
        lockGive(lock);                                                                                                \
    } while (0)
static int macroGuarded;
static void* addByMacro(void* unused) {
    (void)unused;
    WITH(&ours, macroGuarded++);
    return NULL;
}
void macroWithOneLockOk(void) { startBoth(addByMacro, NULL, NULL); }

// ---- function pointers in a table take the lock ----
struct LockOps {
    void (*take)(Lock*);
    void (*give)(Lock*);
};
static const struct LockOps plainOps = {lockTake, lockGive};
static const struct LockOps* ops = &plainOps;
static int throughTable;
static void* addThroughTable(void* unused) {
    (void)unused;
    ops->take(&ours);
    throughTable++;
    ops->give(&ours);
    return NULL;
}
void lockedThroughATableOk(void) { startBoth(addThroughTable, NULL, NULL); }

// ---- the object around its member ----
struct Hook {
    struct Hook* next;
};
struct Entry {
    pthread_mutex_t mutex;
    int uses;
    int misuses;
    struct Hook hook;
};
#define ENTRY_OF(member) ((struct Entry*)((char*)(member) - offsetof(struct Entry, hook)))
static void* useEntry(void* argument) {
    struct Entry* entry = ENTRY_OF(argument);
    pthread_mutex_lock(&entry->mutex);
    entry->uses++;
    pthread_mutex_unlock(&entry->mutex);
    return NULL;
}
int containerOfUnderItsLockOk(void) {
    struct Entry entry = {PTHREAD_MUTEX_INITIALIZER, 0, 0, {NULL}};
    startBoth(useEntry, &entry.hook, &entry.hook);
    return entry.uses;
}
static void* misuseEntry(void* argument) {
    struct Entry* entry = ENTRY_OF(argument);
    entry->misuses++; // expect: data-race "misuses"
    return NULL;
}
int containerOfWithoutALockBad(void) {
    struct Entry entry = {PTHREAD_MUTEX_INITIALIZER, 0, 0, {NULL}};
    startBoth(misuseEntry, &entry.hook, &entry.hook);
    return entry.misuses;
}

// A member of a class without members of its own.
struct Empty {};
struct Device {
    pthread_mutex_t mutex;
    int uses;
    int misuses;
    struct Empty hook;
    int readings;
};
#define DEVICE_OF(member) ((struct Device*)((char*)(member) - (unsigned long)&((struct Device*)0)->hook))
static void* useDevice(void* argument) {
    struct Device* device = DEVICE_OF(argument);
    pthread_mutex_lock(&device->mutex);
    device->uses++;
    pthread_mutex_unlock(&device->mutex);
    device->misuses++; // expect: data-race "misuses"
    return NULL;
}
int emptyMemberBad(void) {
    struct Device device = {PTHREAD_MUTEX_INITIALIZER};
    startBoth(useDevice, &device.hook, &device.hook);
    return device.uses;
}

// ---- the pointer moves on while the lock stays ----
struct Node {
    pthread_mutex_t mutex;
    int value;
    struct Node* next;
};
static void* visitAll(void* argument) {
    for (struct Node* node = argument; node != NULL; node = node->next) {
        pthread_mutex_lock(&node->mutex);
        node->value++;
        pthread_mutex_unlock(&node->mutex);
    }
    return NULL;
}
int lockOfEachNodeOk(void) {
    struct Node tail = {PTHREAD_MUTEX_INITIALIZER, 0, NULL}, head = {PTHREAD_MUTEX_INITIALIZER, 0, &tail};
    startBoth(visitAll, &head, &head);
    return head.value;
}
struct Link {
    pthread_mutex_t mutex;
    int value;
    struct Link* next;
};
static void* visitNext(void* argument) {
    struct Link *link = argument, *held = link;
    pthread_mutex_lock(&held->mutex);
    link = link->next;
    link->value++; // missed: data-race "value"
    pthread_mutex_unlock(&held->mutex);
    return NULL;
}
int lockOfThePreviousNodeBad(void) {
    struct Link tail = {PTHREAD_MUTEX_INITIALIZER, 0, NULL};
    struct Link left = {PTHREAD_MUTEX_INITIALIZER, 0, &tail}, right = {PTHREAD_MUTEX_INITIALIZER, 0, &tail};
    startBoth(visitNext, &left, &right);
    return tail.value;
}
