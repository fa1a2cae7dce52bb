// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread reads signals from a descriptor: what was written before one was sent is the thread's.
// EXPECT: data-race
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int signals, value;

static void* take(void* unused) {
    struct signalfd_siginfo taken;
    read(signals, &taken, sizeof taken);
    ++value;
    return unused;
}

int main(void) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
    signals = signalfd(-1, &wanted, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, take, NULL);
#ifdef FIXED
    ++value;
    kill(getpid(), SIGUSR1);
#else
    kill(getpid(), SIGUSR1);
    ++value;
#endif
    pthread_join(thread, NULL);
    return value == 2 ? 0 : 1;
}
