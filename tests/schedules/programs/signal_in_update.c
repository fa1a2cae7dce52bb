// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A signal handler counts what its thread counts too; it runs between the thread's read and its write.
// EXPECT: crash assertion
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pct --schedules 1000
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static volatile int count;

static void on_signal(int unused) {
    (void)unused;
    count = count + 1;
}

static void* sender(void* main_thread) {
    pthread_kill(*(pthread_t*)main_thread, SIGUSR1);
    return NULL;
}

int main(void) {
    pthread_t thread, self = pthread_self();
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    signal(SIGUSR1, on_signal);
    pthread_create(&thread, NULL, sender, &self);
#ifdef FIXED
    pthread_sigmask(SIG_BLOCK, &usr1, NULL);
#endif
    for (int i = 0; i < 3; ++i)
        count = count + 1;
#ifdef FIXED
    pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
#endif
    pthread_join(thread, NULL);
    pthread_sigmask(SIG_BLOCK, &usr1, NULL);
    assert(count == 4);
    return 0;
}
