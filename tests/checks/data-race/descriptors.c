// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// File descriptors: who closes one that another thread uses may close what a third has just opened. What comes out of a pipe
// was written to it before.
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int log_file, shared[2], kept[2], handed[2], twoWays[2];

static void* logs(void* unused) {
    if (write(log_file, "a", 1) != 1) { // partner: data-race
        abort();
    }
    return unused;
}
void closedBeforeTheJoinBad(void) {
    pthread_t thread;
    log_file = open("log", O_WRONLY);
    pthread_create(&thread, NULL, logs, NULL);
    close(log_file); // expect: data-race(descriptor)
    pthread_join(thread, NULL);
}

static void* sends(void* unused) {
    return write(shared[1], "a", 1) == 1 ? unused : NULL; // partner: data-race
}
static void* closes(void* unused) {
    close(shared[0]);
    close(shared[1]); // expect: data-race(descriptor)
    return unused;
}
void closedByAnotherThreadBad(void) {
    pthread_t first, second;
    if (pipe(shared) != 0) {
        abort();
    }
    pthread_create(&first, NULL, sends, NULL);
    pthread_create(&second, NULL, closes, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

static int replaced;
static void* writesReplaced(void* unused) {
    return write(replaced, "a", 1) == 1 ? unused : NULL; // partner: data-race
}
void replacedWhileUsedBad(int other) {
    pthread_t thread;
    pthread_create(&thread, NULL, writesReplaced, NULL);
    dup2(other, replaced); // expect: data-race(descriptor)
    pthread_join(thread, NULL);
}

static void* readsKept(void* unused) {
    char c;
    return read(kept[0], &c, 1) == 1 ? unused : NULL;
}
void closedAfterTheJoinOk(void) {
    pthread_t thread;
    if (pipe(kept) != 0) {
        abort();
    }
    pthread_create(&thread, NULL, readsKept, NULL);
    close(kept[1]); // the other end
    pthread_join(thread, NULL);
    close(kept[0]);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int guarded;
static void* usesGuarded(void* unused) {
    pthread_mutex_lock(&mutex);
    if (guarded >= 0 && write(guarded, "a", 1) != 1) {
        abort();
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}
void closedUnderTheLockOk(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, usesGuarded, NULL);
    pthread_mutex_lock(&mutex);
    close(guarded);
    guarded = -1;
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}

static int message;
static void* writesAndSends(void* unused) {
    message = 42;
    return write(handed[1], "a", 1) == 1 ? unused : NULL;
}
static void* receivesAndWrites(void* unused) {
    char c;
    while (read(handed[0], &c, 1) != 1) {
    }
    message = 43;
    return unused;
}
void handedOverByAPipeOk(void) {
    pthread_t first, second;
    if (pipe(handed) != 0) {
        abort();
    }
    pthread_create(&first, NULL, writesAndSends, NULL);
    pthread_create(&second, NULL, receivesAndWrites, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

static int late;
static void* sendsAndWrites(void* unused) {
    char* result = write(twoWays[1], "a", 1) == 1 ? unused : NULL;
    late = 42; // partner: data-race
    return result;
}
static void* receivesTooEarly(void* unused) {
    char c;
    if (read(twoWays[0], &c, 1) == 1) {
        late = 43; // expect: data-race
    }
    return unused;
}
void writtenAfterTheMessageBad(void) {
    pthread_t first, second;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, twoWays) != 0) {
        abort();
    }
    pthread_create(&first, NULL, sendsAndWrites, NULL);
    pthread_create(&second, NULL, receivesTooEarly, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

// What is written to a file and read from it is in no order.
static int file[2], unordered;
static void* writesToFile(void* unused) {
    unordered = 42; // partner: data-race
    return write(file[0], "a", 1) == 1 ? unused : NULL;
}
static void* readsFromFile(void* unused) {
    char c;
    if (read(file[0], &c, 1) == 1) {
        unordered = 43; // expect: data-race
    }
    return unused;
}
void noOrderByAFileBad(void) {
    pthread_t first, second;
    file[0] = open("data", O_RDWR);
    pthread_create(&first, NULL, writesToFile, NULL);
    pthread_create(&second, NULL, readsFromFile, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}
