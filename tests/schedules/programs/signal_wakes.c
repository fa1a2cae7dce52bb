// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A handler posts a semaphore; without the loop the interrupted wait counts as a permission.
// EXPECT: crash assertion
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>

static sem_t permission;
static _Atomic int granted;

static void on_signal(int unused) { (void)unused; }

static void* wait_for_it(void* unused) {
#ifdef FIXED
    while (sem_wait(&permission) != 0 && errno == EINTR) {
    }
#else
    sem_wait(&permission);
#endif
    assert(granted);
    return unused;
}

int main(void) {
    pthread_t thread;
    const struct sigaction action = {.sa_handler = on_signal}; // without SA_RESTART
    sigaction(SIGUSR1, &action, NULL);
    sem_init(&permission, 0, 0);
    pthread_create(&thread, NULL, wait_for_it, NULL);
    pthread_kill(thread, SIGUSR1);
    granted = 1;
    sem_post(&permission);
    pthread_join(thread, NULL);
    return 0;
}
