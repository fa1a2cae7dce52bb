// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A signal that ends pselect only when it comes during the call: without the mask it can come before.
// EXPECT: deadlock
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pos --schedules 1000
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>

static volatile sig_atomic_t told;
static void onSignal(int signal) { told = signal; }

static void* send(void* mainThread) {
    pthread_kill(*(pthread_t*)mainThread, SIGUSR1);
    return NULL;
}

int main(void) {
    pthread_t thread, self = pthread_self();
    sigset_t blocked, old;
    struct sigaction action = {.sa_handler = onSignal};
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
#ifdef FIXED
    pthread_sigmask(SIG_BLOCK, &blocked, &old);
#else
    pthread_sigmask(SIG_UNBLOCK, &blocked, &old);
#endif
    pthread_create(&thread, NULL, send, &self);
    while (!told)
        pselect(0, NULL, NULL, NULL, NULL, &old);
    pthread_join(thread, NULL);
    return 0;
}
