// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A handler runs in the middle of whatever the thread does: a lock that it waits for may be held by the code that it interrupts.
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static pthread_mutex_t counted = PTHREAD_MUTEX_INITIALIZER, tried = PTHREAD_MUTEX_INITIALIZER,
                       own = PTHREAD_MUTEX_INITIALIZER, called = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t pending;
static volatile sig_atomic_t seen;

static void countBad(int number) {
    pthread_mutex_lock(&counted); // expect: lock-order(signal-handler) "counted"
    pending += number;
    pthread_mutex_unlock(&counted);
}
static void log_(int number) {
    pthread_mutex_lock(&called); // expect: lock-order(signal-handler) "called"
    pending -= number;
    pthread_mutex_unlock(&called);
}
static void callBad(int number) { log_(number); }
static pthread_mutex_t near = PTHREAD_MUTEX_INITIALIZER, far = PTHREAD_MUTEX_INITIALIZER;
static void takeFar(void) {
    pthread_mutex_lock(&far); // fine: the call is reported once, with its nearest lock
    pthread_mutex_unlock(&far);
}
static void dump(void) {
    takeFar();
    pthread_mutex_lock(&near); // expect: lock-order(signal-handler) "near"
    pthread_mutex_unlock(&near);
    takeFar();
}
static void dumpBad(int number) {
    (void)number;
    dump();
}
static void tryOk(int number) {
    (void)number;
    if (pthread_mutex_trylock(&tried) == 0) {
        seen = 1;
        pthread_mutex_unlock(&tried);
    }
}
static void aloneOk(int number) { // fine: nobody else takes it
    (void)number;
    pthread_mutex_lock(&own);
    seen = 2;
    pthread_mutex_unlock(&own);
}
static void* waitOk(void* unused) { // fine: a thread that waits for signals is no handler
    sigset_t set;
    int number;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigwait(&set, &number);
    pthread_mutex_lock(&tried);
    seen = number;
    pthread_mutex_unlock(&tried);
    return unused;
}
int main(void) {
    struct sigaction action = {0};
    action.sa_handler = countBad;
    sigaction(SIGUSR1, &action, NULL);
    signal(SIGUSR2, callBad);
    signal(SIGHUP, tryOk);
    signal(SIGINT, aloneOk);
    signal(SIGPIPE, dumpBad);
    dump();
    pthread_t waiter;
    pthread_create(&waiter, NULL, waitOk, NULL);
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&counted);
        pthread_mutex_unlock(&counted);
        pthread_mutex_lock(&tried);
        pthread_mutex_unlock(&tried);
        pthread_mutex_lock(&called);
        pthread_mutex_unlock(&called);
    }
    pthread_join(waiter, NULL);
    return pending;
}
