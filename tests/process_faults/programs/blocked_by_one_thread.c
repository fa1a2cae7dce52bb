// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// The main thread blocks the signal that ends the process, another thread takes it. The run goes on when the process has died.
#include "../../schedules/programs/processes.h"

static int* steps;

static void* workOn(void* nothing) {
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    for (;;)
        __atomic_fetch_add(steps, 1, __ATOMIC_SEQ_CST);
    return nothing;
}

static void work(void) {
    pthread_t other;
    pthread_create(&other, NULL, workOn, NULL);
    pthread_join(other, NULL);
}

int main(void) {
    steps = shareMemory(sizeof *steps);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    const pid_t child = start(work);
    while (__atomic_load_n(steps, __ATOMIC_SEQ_CST) == 0) {
    }
    kill(child, SIGTERM);
    int status = 0;
    if (waitpid(child, &status, WNOHANG) != child)
        return 1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : 2;
}
