// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A C library without threads of its own: which lock guards which data, learnt from the accesses that agree.
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// ---- a global table with a global lock ----
static pthread_mutex_t tableMutex = PTHREAD_MUTEX_INITIALIZER;
static int table[16], used;

static void appendLocked(int value) {
    if (used < 16) {
        table[used++] = value;
    }
}
void tableAddOk(int value) {
    pthread_mutex_lock(&tableMutex);
    appendLocked(value);
    pthread_mutex_unlock(&tableMutex);
}
int tableFindOk(int value) {
    int found = -1;
    pthread_mutex_lock(&tableMutex);
    for (int i = 0; i < used; i++) {
        if (table[i] == value) {
            found = i;
        }
    }
    pthread_mutex_unlock(&tableMutex);
    return found;
}
void tableClearOk(void) {
    pthread_mutex_lock(&tableMutex);
    used = 0;
    memset(table, 0, sizeof table);
    pthread_mutex_unlock(&tableMutex);
}
int tableSizeBad(void) {
    return used; // expect: data-race(unguarded) "tableMutex"
}

// ---- an object with its own lock ----
struct queue {
    pthread_mutex_t mutex;
    int items[8];
    int head, length;
    const char* name;
};
struct queue* queueCreateOk(const char* name) {
    struct queue* queue = malloc(sizeof *queue);
    pthread_mutex_init(&queue->mutex, NULL);
    queue->head = 0;
    queue->length = 0;
    queue->name = name;
    return queue;
}
void queueDestroyOk(struct queue* queue) {
    queue->length = 0; // false-alarm: data-race
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}
bool queuePushOk(struct queue* queue, int item) {
    bool pushed = false;
    pthread_mutex_lock(&queue->mutex);
    if (queue->length < 8) {
        queue->items[(queue->head + queue->length++) % 8] = item;
        pushed = true;
    }
    pthread_mutex_unlock(&queue->mutex);
    return pushed;
}
bool queuePopOk(struct queue* queue, int* item) {
    pthread_mutex_lock(&queue->mutex);
    if (queue->length == 0) {
        pthread_mutex_unlock(&queue->mutex);
        return false;
    }
    *item = queue->items[queue->head];
    queue->head = (queue->head + 1) % 8;
    queue->length--;
    pthread_mutex_unlock(&queue->mutex);
    return true;
}
const char* queueNameOk(const struct queue* queue) { return queue->name; }
bool queueEmptyBad(const struct queue* queue) {
    return queue->length == 0; // expect: data-race(unguarded) "length"
}
void queueDropBad(struct queue* queue) {
    pthread_mutex_lock(&queue->mutex);
    int dropped = queue->length;
    pthread_mutex_unlock(&queue->mutex);
    queue->head = (queue->head + dropped) % 8; // missed: data-race(unguarded) "head"
}

// ---- an error path that unlocked too early ----
struct account {
    pthread_mutex_t mutex;
    long balance;
    int refused;
};
bool accountTakeBad(struct account* account, long amount) {
    pthread_mutex_lock(&account->mutex);
    if (account->balance < amount) {
        pthread_mutex_unlock(&account->mutex);
        account->refused++; // missed: data-race(unguarded) "refused"
        return false;
    }
    account->balance -= amount;
    account->refused = 0;
    pthread_mutex_unlock(&account->mutex);
    return true;
}
int accountRefusedOk(struct account* account) {
    pthread_mutex_lock(&account->mutex);
    int refused = account->refused;
    pthread_mutex_unlock(&account->mutex);
    return refused;
}
long accountBalanceOk(struct account* account) {
    pthread_mutex_lock(&account->mutex);
    long balance = account->balance;
    pthread_mutex_unlock(&account->mutex);
    return balance;
}

// ---- a static helper whose one caller forgets ----
struct log {
    pthread_mutex_t mutex;
    int lines;
};
static void logAppendLocked(struct log* log) {
    log->lines++; // partner: data-race
}
void logWriteOk(struct log* log) {
    pthread_mutex_lock(&log->mutex);
    logAppendLocked(log);
    pthread_mutex_unlock(&log->mutex);
}
void logWriteTwiceOk(struct log* log) {
    pthread_mutex_lock(&log->mutex);
    logAppendLocked(log);
    logAppendLocked(log);
    pthread_mutex_unlock(&log->mutex);
}
void logWriteFastBad(struct log* log) {
    logAppendLocked(log); // expect: data-race(unguarded) "lines"
}

// ---- reader lock for a write ----
struct settings {
    pthread_rwlock_t lock;
    int level;
};
int settingsLevelOk(struct settings* settings) {
    pthread_rwlock_rdlock(&settings->lock);
    int level = settings->level;
    pthread_rwlock_unlock(&settings->lock);
    return level;
}
void settingsSetOk(struct settings* settings, int level) {
    pthread_rwlock_wrlock(&settings->lock);
    settings->level = level;
    pthread_rwlock_unlock(&settings->lock);
}
void settingsRaiseBad(struct settings* settings) {
    pthread_rwlock_rdlock(&settings->lock);
    settings->level++; // missed: data-race(write-under-shared-lock) "level"
    pthread_rwlock_unlock(&settings->lock);
}

// ---- two locks for one variable, in code that starts no thread ----
static pthread_mutex_t lockOfReaders = PTHREAD_MUTEX_INITIALIZER, lockOfWriters = PTHREAD_MUTEX_INITIALIZER;
static int twoLocks, oneLock, eachItsOwn[2];
void addWithOneLock(void) {
    pthread_mutex_lock(&lockOfReaders);
    twoLocks++; // partner: data-race
    oneLock++;
    eachItsOwn[0]++;
    pthread_mutex_unlock(&lockOfReaders);
}
void addWithAnotherLockBad(void) {
    pthread_mutex_lock(&lockOfWriters);
    twoLocks++; // expect: data-race(wrong-lock) "twoLocks"
    eachItsOwn[1]++;
    pthread_mutex_unlock(&lockOfWriters);
}
void addWithTheSameLockOk(void) {
    pthread_mutex_lock(&lockOfReaders);
    oneLock++;
    pthread_mutex_unlock(&lockOfReaders);
}
