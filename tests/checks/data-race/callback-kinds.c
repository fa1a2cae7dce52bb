// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of several types kept behind one pointer type. Which of them a call can mean is told by the number of its arguments.
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>

typedef void (*Any)(void);
static Any registered[3];
static int isTask[3];

static int ticks, limit = 3, lines;
static void tick(void* unused) {
    (void)unused;
    ticks++;
}
static int scaledLimit(void* unused, int scale) {
    (void)unused;
    lines++; // only main calls it
    return limit * scale;
}

static int shared;
static void change(void* unused) {
    (void)unused;
    shared++; // expect: data-race
}
static int format(const char* text, ...) {
    (void)text;
    return shared; // partner: data-race
}

static void* runTasks(void* argument) {
    for (int i = 0; i < 3; i++) {
        if (isTask[i] != 0) {
            ((void (*)(void*))registered[i])(argument);
        }
    }
    return NULL;
}

int kindsAreKeptApartOk(void) {
    pthread_t thread;
    int sum = 0;
    registered[0] = (Any)tick;
    registered[1] = (Any)scaledLimit;
    registered[2] = (Any)change;
    isTask[0] = isTask[2] = 1;
    if (pthread_create(&thread, NULL, runTasks, NULL) != 0) {
        abort();
    }
    for (int i = 0; i < 3; i++) {
        if (isTask[i] == 0) {
            sum += ((int (*)(void*, int))registered[i])(NULL, 2);
        }
    }
    pthread_join(thread, NULL);
    return sum + ticks + lines;
}

// What takes any number of arguments may be meant by all calls.
static int (*formatter)(const char*, ...) = format;
int anyNumberOfArgumentsBad(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, runTasks, NULL) != 0) {
        abort();
    }
    const int length = formatter("%d %d", 1, 2);
    pthread_join(thread, NULL);
    return length;
}
