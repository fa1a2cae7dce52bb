// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Set up by the first call, under a flag and a lock of its own; who uses it needs what that call returned. Later it is guarded
// by another lock.
#include <pthread.h>
#include <stdlib.h>

typedef struct Client {
    int id;
} Client;
static pthread_mutex_t api = PTHREAD_MUTEX_INITIALIZER, sockets = PTHREAD_MUTEX_INITIALIZER;
static int calls;

static void start(void* (*run)(void*)) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) == 0)
        pthread_detach(thread);
}

// ---- under the flag ----
static int initialised, running, *queue, opened;
static void* serveOk(void* unused) {
    for (;;) {
        pthread_mutex_lock(&sockets);
        if (opened > 0)
            queue[0] = 1;
        pthread_mutex_unlock(&sockets);
    }
    return unused;
}
Client* createOk(void) {
    pthread_mutex_lock(&api);
    if (!initialised) {
        queue = malloc(400);
        opened = 0;
        initialised = 1;
    }
    Client* made = malloc(sizeof(*made));
    pthread_mutex_unlock(&api);
    return made;
}
void connectOk(Client* client) {
    pthread_mutex_lock(&api);
    if (!running) {
        running = client->id;
        start(serveOk);
    }
    pthread_mutex_lock(&sockets);
    opened++;
    pthread_mutex_unlock(&sockets);
    pthread_mutex_unlock(&api);
}

// ---- by a function called from there; set back when the thread has ended ----
static struct {
    int isSet, highest;
} limits;
static pthread_t counter;
static void setLimits(void) { limits.highest = 7; }
static void* countOk(void* unused) {
    for (int i = 0; i < 9; i++) {
        pthread_mutex_lock(&sockets);
        limits.highest++;
        pthread_mutex_unlock(&sockets);
    }
    return unused;
}
Client* prepareOk(void) {
    pthread_mutex_lock(&api);
    if (!limits.isSet) {
        setLimits();
        limits.isSet = 1;
    }
    Client* made = malloc(sizeof(*made));
    pthread_mutex_unlock(&api);
    return made;
}
void countUpOk(Client* client) {
    pthread_mutex_lock(&api);
    if (client->id == 0 && pthread_create(&counter, NULL, countOk, NULL) == 0)
        client->id = 1;
    pthread_mutex_unlock(&api);
}
void shutDownOk(void) {
    pthread_join(counter, NULL);
    pthread_mutex_lock(&api);
    limits.isSet = 0;
    pthread_mutex_unlock(&api);
}

// ---- a pointer that is the flag itself ----
static int* cells;
static void* fillCellsOk(void* unused) {
    pthread_mutex_lock(&sockets);
    cells[0] = 1;
    pthread_mutex_unlock(&sockets);
    return unused;
}
Client* makeCellsOk(void) {
    pthread_mutex_lock(&api);
    if (!cells)
        cells = malloc(400); // false-alarm: data-race
    Client* made = malloc(sizeof(*made));
    pthread_mutex_unlock(&api);
    return made;
}
void fillOk(Client* client) {
    if (client->id)
        start(fillCellsOk);
}

// ---- by every call ----
static int resetting, *table, filled;
static void* scanBad(void* unused) {
    for (;;) {
        pthread_mutex_lock(&sockets);
        if (filled > 0)   // partner: data-race
            table[0] = 1; // partner: data-race
        pthread_mutex_unlock(&sockets);
    }
    return unused;
}
Client* resetBad(void) {
    pthread_mutex_lock(&api);
    if (calls++ < 100) {
        table = malloc(400); // expect: data-race(wrong-lock) "table"
        filled = 0;          // expect: data-race(wrong-lock) "filled"
    }
    Client* made = malloc(sizeof(*made));
    pthread_mutex_unlock(&api);
    return made;
}
void fillBad(Client* client) {
    pthread_mutex_lock(&api);
    if (!resetting) {
        resetting = client->id;
        start(scanBad);
    }
    pthread_mutex_lock(&sockets);
    filled++;
    pthread_mutex_unlock(&sockets);
    pthread_mutex_unlock(&api);
}

// ---- without a lock around the flag ----
static int raced, shared;
static void setUpBad(void) {
    if (!raced) {   // expect: data-race "raced"
        shared = 5; // partner: data-race
        raced = 1;  // partner: data-race
    }
}
static void* firstOrSecondBad(void* unused) {
    setUpBad();
    return unused;
}
void startTwoBad(void) {
    start(firstOrSecondBad);
    start(firstOrSecondBad);
}

// ---- a thread sets the flag back ----
static int again, looking, *image, width;
static void* lookBad(void* unused) {
    for (;;) {
        pthread_mutex_lock(&sockets);
        if (width > 0)    // partner: data-race
            image[0] = 1; // partner: data-race
        pthread_mutex_unlock(&sockets);
        pthread_mutex_lock(&api);
        again = 0;
        pthread_mutex_unlock(&api);
    }
    return unused;
}
Client* reloadBad(void) {
    pthread_mutex_lock(&api);
    if (!again) {
        image = malloc(400); // expect: data-race(wrong-lock) "image"
        width = 0;           // expect: data-race(wrong-lock) "width"
        again = 1;
    }
    Client* made = malloc(sizeof(*made));
    pthread_mutex_unlock(&api);
    return made;
}
void widenBad(Client* client) {
    pthread_mutex_lock(&api);
    if (!looking) {
        looking = client->id;
        start(lookBad);
    }
    pthread_mutex_lock(&sockets);
    width++;
    pthread_mutex_unlock(&sockets);
    pthread_mutex_unlock(&api);
}

// ---- after the start ----
static int begun, speed, noted;
static void* noteSpeed(void* unused) {
    noted = speed; // expect: data-race(missing-lock) "speed"
    return unused;
}
void beginBad(void) {
    pthread_mutex_lock(&api);
    if (!begun) {
        start(noteSpeed);
        speed = 7;
        begun = 1;
    }
    pthread_mutex_unlock(&api);
}

// ---- by a thread that another one does not wait for ----
static int chosen, colour;
static void* choose(void* unused) {
    pthread_mutex_lock(&api);
    if (!chosen) {
        colour = 7;
        chosen = 1;
    }
    pthread_mutex_unlock(&api);
    return unused;
}
static void* paintBad(void* unused) {
    return colour != 0 ? unused : NULL; // expect: data-race(missing-lock) "colour"
}
void paintAndChooseBad(void) {
    start(paintBad);
    start(choose);
}
