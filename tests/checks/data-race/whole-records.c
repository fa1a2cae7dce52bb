// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A record that is assigned or filled as a whole is accessed with all its members.
#include <pthread.h>
#include <stddef.h>
#include <string.h>

struct limits {
    int low, high;
};
struct settings {
    struct limits limits;
    int verbose;
};

// ---- assigned ----
static struct limits assigned, locked;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void* setMember(void* unused) {
    assigned.high = 1; // expect: data-race "high"
    pthread_mutex_lock(&mutex);
    locked.high = 1;
    pthread_mutex_unlock(&mutex);
    return unused;
}
void assignedAsAWholeBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, setMember, NULL);
    struct limits fresh = {0, 0};
    assigned = fresh; // partner: data-race
    pthread_join(thread, NULL);
}
void assignedUnderTheLockOk(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, setMember, NULL);
    struct limits fresh = {0, 0};
    pthread_mutex_lock(&mutex);
    locked = fresh;
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}

// ---- a part of it ----
static struct settings settings;
static int seen;
static void* setOther(void* unused) {
    settings.verbose = 1;
    return unused;
}
void anotherPartOk(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, setOther, NULL);
    struct limits copy = settings.limits;
    seen = copy.low;
    pthread_join(thread, NULL);
}
static struct settings nested;
static void* setInner(void* unused) {
    nested.limits.low = 1; // expect: data-race "low"
    return unused;
}
void copiedWithItsPartsBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, setInner, NULL);
    struct settings copy = nested; // partner: data-race
    seen = copy.verbose;
    pthread_join(thread, NULL);
}

// ---- filled ----
static struct limits filled;
static void* readMember(void* unused) {
    seen = filled.low; // partner: data-race
    return unused;
}
void filledBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, readMember, NULL);
    memset(&filled, 0, sizeof filled); // expect: data-race
    pthread_join(thread, NULL);
}
void filledBeforeTheStartOk(void) {
    pthread_t thread;
    memset(&filled, 0, sizeof filled);
    pthread_create(&thread, NULL, readMember, NULL);
    pthread_join(thread, NULL);
}
