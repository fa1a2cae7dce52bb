// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flag is tested and then pause is called: the signal comes in between. sigsuspend and a mask close the gap.
// EXPECT: deadlock
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t arrived;

static void on_signal(int unused) {
    (void)unused;
    arrived = 1;
}

static void* sender(void* main_thread) {
    pthread_kill(*(pthread_t*)main_thread, SIGUSR1);
    return NULL;
}

int main(void) {
    pthread_t thread, self = pthread_self();
    sigset_t usr1, none;
    sigemptyset(&none);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    signal(SIGUSR1, on_signal);
#ifdef FIXED
    pthread_sigmask(SIG_BLOCK, &usr1, NULL);
    pthread_create(&thread, NULL, sender, &self);
    while (!arrived)
        sigsuspend(&none);
#else
    pthread_create(&thread, NULL, sender, &self);
    if (!arrived)
        pause();
#endif
    pthread_join(thread, NULL);
    return 0;
}
