// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// Signals that the child handles come just before the one that ends it: while they are noted, all are blocked. The run goes on
// when the child has died.
#include "../../schedules/programs/processes.h"

static int* steps;

static void onSignal(int signal) { (void)signal; }

static void work(void) {
    signal(SIGUSR1, onSignal);
    signal(SIGUSR2, onSignal);
    for (;;)
        __atomic_fetch_add(steps, 1, __ATOMIC_SEQ_CST);
}

int main(void) {
    steps = shareMemory(sizeof *steps);
    const pid_t child = start(work);
    while (__atomic_load_n(steps, __ATOMIC_SEQ_CST) == 0) {
    }
    kill(child, SIGUSR1);
    kill(child, SIGUSR2);
    kill(child, SIGTERM);
    int status = 0;
    if (waitpid(child, &status, WNOHANG) != child)
        return 1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : 2;
}
