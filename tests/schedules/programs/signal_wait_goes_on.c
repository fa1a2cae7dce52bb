// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread that waits for one signal handles another one meanwhile: sigwait goes on, and sigtimedwait is over.
// EXPECT: data-race
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static sigset_t wanted;
static int value;

static void ignore(int unused) {}

static void* wait_for_value(void* unused) {
    int taken = 0;
#ifdef FIXED
    sigwait(&wanted, &taken);
#else
    sigtimedwait(&wanted, NULL, NULL);
#endif
    return value == 1 ? NULL : &value;
}

int main(void) {
    const struct sigaction action = {.sa_handler = ignore};
    sigaction(SIGUSR2, &action, NULL);
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
    pthread_t waiter;
    pthread_create(&waiter, NULL, wait_for_value, NULL);
    pthread_kill(waiter, SIGUSR2);
    value = 1;
    pthread_kill(waiter, SIGUSR1);
    void* result = NULL;
    pthread_join(waiter, &result);
    return result == NULL ? 0 : 1;
}
