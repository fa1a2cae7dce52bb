// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Uses what cannot be steered.
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* work(void* unused) {
    const struct itimerval never = {0};
    setitimer(ITIMER_PROF, &never, NULL);
    return unused;
}

static int run_in_copy(void* status) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return *(int*)status;
}

static int status_of_copy(void) {
    static char stack[1 << 16] __attribute__((aligned(16)));
    int status = 5;
    const pid_t child = clone(run_in_copy, stack + sizeof stack, SIGCHLD, &status);
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    killpg(getpgrp(), SIGWINCH);
    tgkill(getpid(), getpid(), SIGWINCH);
    return status_of_copy() == 5 ? system("true") : 1;
}
