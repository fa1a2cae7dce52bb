// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// The child says by a signal that it is ready; the parent waits with the signal blocked outside sigsuspend.
#include "../../schedules/programs/processes.h"

static volatile sig_atomic_t ready;
static int* value;

static void onReady(int signal) {
    (void)signal;
    ready = 1;
}

static void work(void) {
    *value = 7;
    kill(getppid(), SIGUSR1);
}

int main(void) {
    value = shareMemory(sizeof *value);
    sigset_t blocked, old;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    signal(SIGUSR1, onReady);
    const pid_t child = start(work);
    while (!ready)
        sigsuspend(&old);
    const int seen = *value;
    waitpid(child, NULL, 0);
    return seen == 7 ? 0 : 1;
}
