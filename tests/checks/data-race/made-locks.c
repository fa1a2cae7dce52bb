// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks on the heap, made by functions that return them or hand them out through a parameter. Nobody sees that the library is
// initialised once; that one global variable leads to a lock says that there is one.
#include <pthread.h>
#include <stdlib.h>

typedef pthread_mutex_t* Mutex;
static Mutex newMutex(void) {
    Mutex made = malloc(sizeof(*made));
    if (made)
        pthread_mutex_init(made, NULL);
    return made;
}
static int makeMutex(Mutex* out) {
    Mutex made = newMutex();
    if (!made)
        return 1;
    *out = made;
    return 0;
}
static void lock(Mutex mutex) { pthread_mutex_lock(mutex); }
static void unlock(Mutex mutex) { pthread_mutex_unlock(mutex); }

static Mutex returned, other, handedOut;
static int guarded, byTwo, handedGuard, byItsOwn;

typedef struct Client {
    Mutex mutex;
    int state;
    pthread_t thread;
} Client;

static void* run(void* argument) {
    Client* client = argument;
    lock(returned);
    guarded++;
    unlock(returned);
    lock(other);
    byTwo++;
    unlock(other);
    lock(handedOut);
    handedGuard++;
    unlock(handedOut);
    lock(client->mutex);
    client->state++;
    byItsOwn++;
    unlock(client->mutex);
    return NULL;
}
int clientNew(Client** out) {
    if (!returned) {
        returned = newMutex();
        other = newMutex();
        makeMutex(&handedOut);
    }
    Client* client = calloc(1, sizeof(*client));
    if (!client || makeMutex(&client->mutex))
        return 1;
    pthread_create(&client->thread, NULL, run, client);
    *out = client;
    return 0;
}
void clientStop(Client* client) {
    lock(client->mutex);
    client->state = 0;
    byItsOwn--; // expect: data-race(wrong-lock) "byItsOwn"
    unlock(client->mutex);
    lock(handedOut);
    handedGuard = 0;
    unlock(handedOut);
    lock(returned);
    guarded--;
    byTwo--; // expect: data-race(wrong-lock) "byTwo"
    unlock(returned);
    pthread_join(client->thread, NULL);
}
