// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What was written before a signal was sent belongs to the thread that takes the signal.
// EXPECT: data-race
#include <pthread.h>
#include <signal.h>

static int data;
static sigset_t wanted;

static void* take(void* unused) {
    int signal = 0;
    sigwait(&wanted, &signal);
    ++data;
    return unused;
}

int main(void) {
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
    pthread_t thread;
    pthread_create(&thread, NULL, take, NULL);
#ifdef FIXED
    data = 1;
    pthread_kill(thread, SIGUSR1);
#else
    pthread_kill(thread, SIGUSR1);
    data = 1;
#endif
    pthread_join(thread, NULL);
    return data > 0 ? 0 : 1;
}
