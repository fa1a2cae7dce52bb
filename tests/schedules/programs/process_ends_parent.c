// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child tells its parent to end by a signal that a thread waits for; the other threads have not blocked it.
// EXPECT: crash signal
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t wanted;

static void* await(void* unused) {
    int signal = 0;
    sigwait(&wanted, &signal);
    return unused;
}

int main(void) {
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
#ifdef FIXED
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
#endif
    pthread_t thread;
    pthread_create(&thread, NULL, await, NULL);
    if (fork() == 0) {
        kill(getppid(), SIGTERM);
        _exit(0);
    }
    pthread_join(thread, NULL);
    wait(NULL);
    return 0;
}
