// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A wait that only a signal handler ends; the buggy one never gets the signal.
// EXPECT: deadlock
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>

static sem_t done;

static void on_signal(int unused) {
    (void)unused;
    sem_post(&done);
}

static void* worker(void* main_thread) {
#ifdef FIXED
    pthread_kill(*(pthread_t*)main_thread, SIGUSR1);
#endif
    return main_thread;
}

int main(void) {
    pthread_t thread, self = pthread_self();
    signal(SIGUSR1, on_signal);
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, worker, &self);
    while (sem_wait(&done) != 0) {
    }
    pthread_join(thread, NULL);
    return 0;
}
