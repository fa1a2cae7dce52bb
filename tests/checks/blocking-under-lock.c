// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// options: --level=style
//
// C: sleeping, joining, waiting for processes and I/O while a lock is held.
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;

void sleepsBad(void) {
    pthread_mutex_lock(&mutex);
    sleep(1); // expect: blocking-under-lock "mutex"
    pthread_mutex_unlock(&mutex);
}
void sleepsUnlockedOk(void) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    sleep(1);
}
void joinsBad(pthread_t thread) {
    pthread_mutex_lock(&mutex);
    pthread_join(thread, NULL); // expect: blocking-under-lock
    pthread_mutex_unlock(&mutex);
}
void waitsForAChildBad(pid_t child) {
    pthread_mutex_lock(&mutex);
    waitpid(child, NULL, 0); // expect: blocking-under-lock
    pthread_mutex_unlock(&mutex);
}
int pollsBad(struct pollfd* fds) {
    pthread_mutex_lock(&mutex);
    int ready = poll(fds, 1, -1); // expect: blocking-under-lock
    pthread_mutex_unlock(&mutex);
    return ready;
}
int acceptsBad(int fd) {
    pthread_mutex_lock(&mutex);
    int client = accept(fd, NULL, NULL); // expect: blocking-under-lock "accept"
    pthread_mutex_unlock(&mutex);
    return client;
}
int acceptsBeforeTheLockOk(int fd) {
    int client = accept(fd, NULL, NULL);
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return client;
}
void waitsForASemaphoreBad(sem_t* filled) {
    pthread_mutex_lock(&mutex);
    sem_wait(filled); // expect: blocking-under-lock
    pthread_mutex_unlock(&mutex);
}
void triesASemaphoreOk(sem_t* filled) {
    pthread_mutex_lock(&mutex);
    if (sem_trywait(filled) == 0) {
        sem_post(filled);
    }
    pthread_mutex_unlock(&mutex);
}
void sleepsUnderASpinLockBad(void) {
    pthread_spin_lock(&spin);
    usleep(10); // expect: blocking-under-lock "spin"
    pthread_spin_unlock(&spin);
}
static void pauseAWhile(void) {
    usleep(1000); // partner: blocking-under-lock
}
void sleepsInACalleeBad(void) {
    pthread_mutex_lock(&mutex);
    pauseAWhile(); // expect: blocking-under-lock
    pthread_mutex_unlock(&mutex);
}
struct bus {
    pthread_mutex_t mutex;
    void (*listener)(void*, int);
    void* data;
};
void busSubscribeOk(struct bus* bus, void (*listener)(void*, int), void* data) {
    pthread_mutex_lock(&bus->mutex);
    bus->listener = listener;
    bus->data = data;
    pthread_mutex_unlock(&bus->mutex);
}
void busPublishBad(struct bus* bus, int event) {
    pthread_mutex_lock(&bus->mutex);
    bus->listener(bus->data, event); // expect: blocking-under-lock(callback) "listener"
    pthread_mutex_unlock(&bus->mutex);
}
void busPublishOk(struct bus* bus, int event) {
    pthread_mutex_lock(&bus->mutex);
    void (*listener)(void*, int) = bus->listener;
    void* data = bus->data;
    pthread_mutex_unlock(&bus->mutex);
    listener(data, event);
}

// The thread that is waited for needs the lock: neither goes on.
static pthread_mutex_t devices = PTHREAD_MUTEX_INITIALIZER;
static pthread_t watcher, counter;
static int deviceCount, watchedPipe;
static void* watchDevices(void* unused) {
    struct pollfd ready = {.fd = watchedPipe, .events = POLLIN}; // revents starts as zero: poll changes it
    while (poll(&ready, 1, -1) == 1) {
        if (ready.revents != POLLIN)
            break;
        pthread_mutex_lock(&devices);
        ++deviceCount;
        pthread_mutex_unlock(&devices);
    }
    return unused;
}
static void* countWithoutLock(void* unused) { return unused; }
int startThreads(void) {
    return pthread_create(&watcher, NULL, watchDevices, NULL) + pthread_create(&counter, NULL, countWithoutLock, NULL);
}
static void joinWatcher(void) {
    pthread_join(watcher, NULL); // partner: blocking-under-lock
}
void stopWatcherBad(void) {
    pthread_mutex_lock(&devices);
    joinWatcher(); // expect: blocking-under-lock(join) "for ever"
    pthread_mutex_unlock(&devices);
}
void stopCounterStyle(void) {
    pthread_mutex_lock(&devices);
    pthread_join(counter, NULL); // expect: blocking-under-lock "may block"
    pthread_mutex_unlock(&devices);
}
void stopWatcherOk(void) {
    pthread_mutex_lock(&devices);
    int known = deviceCount;
    pthread_mutex_unlock(&devices);
    if (known >= 0)
        pthread_join(watcher, NULL);
}

// The lock's object is passed among the arguments that have no name in the callee: nothing there may be taken for it.
struct Box {
    pthread_mutex_t lock;
    int filled;
};
static void (*sink)(const char* text);
static void say(const char* format, ...) {
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sink(text);
}
void saysBad(struct Box* box, void (*printer)(const char*)) {
    sink = printer;
    pthread_mutex_lock(&box->lock);
    say("%d %d %d %d %d %d %d %p", 1, 2, 3, 4, 5, 6, 7, (void*)box); // expect: blocking-under-lock(callback) "sink"
    box->filled++;
    pthread_mutex_unlock(&box->lock);
}
