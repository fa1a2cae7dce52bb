// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pool of processes behind pipes, whose parent collects them in a handler that lets interrupted calls go on.
// EXPECT: data-race processes
#include "processes.h"

enum { kWorkers = 3, kJobs = 6 };
static long* sum;
static int jobs[2], results[2];
static volatile sig_atomic_t collected;

static void onChild(int signal) {
    (void)signal;
    const int error = errno;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ++collected;
    errno = error;
}

static void work(void) {
    close(jobs[1]);
    for (char job; read(jobs[0], &job, 1) == 1;) {
#ifdef FIXED
        __atomic_fetch_add(sum, job, __ATOMIC_SEQ_CST);
#else
        *sum += job;
#endif
        write(results[1], &job, 1);
    }
}

int main(void) {
    sum = shareMemory(sizeof *sum);
    pipe(jobs);
    pipe(results);
    signal(SIGCHLD, onChild);
    for (int i = 0; i < kWorkers; ++i)
        start(work);
    close(results[1]);
    for (char job = 0; job < kJobs; ++job)
        assert(write(jobs[1], &job, 1) == 1);
    close(jobs[1]);
    int done = 0;
    for (char result; read(results[0], &result, 1) == 1;)
        ++done;
    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    while (collected < kWorkers)
        sigsuspend(&before);
    return done == kJobs ? 0 : 1;
}
