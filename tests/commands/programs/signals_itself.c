// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks for a dump while a thread waits for a mutex that another one holds.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER;
static volatile int waiter_id;

static void* wait_for_ledger(void* unused) {
    __atomic_store_n(&waiter_id, gettid(), __ATOMIC_RELEASE);
    pthread_mutex_lock(&ledger);
    pthread_mutex_unlock(&ledger);
    return unused;
}

/// The kernel's word for what the thread does: only when it sleeps does it wait for the mutex.
static int sleeps(int id) {
    char name[64], text[512] = "";
    snprintf(name, sizeof name, "/proc/self/task/%d/stat", id);
    FILE* file = fopen(name, "r");
    if (file) {
        if (!fgets(text, sizeof text, file))
            text[0] = '\0';
        fclose(file);
    }
    const char* end = strrchr(text, ')');
    return end && end[2] == 'S';
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&ledger);
    pthread_create(&thread, NULL, wait_for_ledger, NULL);
    int id;
    while ((id = __atomic_load_n(&waiter_id, __ATOMIC_ACQUIRE)) == 0 || !sleeps(id)) {
    }
    kill(getpid(), SIGUSR1);
    char answer;
    const int got = read(0, &answer, 1) == 1; // until the dump has been seen
    pthread_mutex_unlock(&ledger);
    pthread_join(thread, NULL);
    return got ? 0 : 1;
}
