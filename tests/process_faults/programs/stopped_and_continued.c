// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A supervisor stops its child, sees that it is, finds that it stands still, and continues it.
#include "../../schedules/programs/processes.h"

static atomic_int* count;

static void work(void) {
    for (int i = 0; i < 20; ++i)
        atomic_fetch_add(count, 1);
}

int main(void) {
    count = shareMemory(sizeof *count);
    const pid_t child = start(work);
    int status;
    kill(child, SIGSTOP);
    if (waitpid(child, &status, WUNTRACED) != child)
        return 1;
    if (WIFEXITED(status)) // it was faster
        return 0;
    assert(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    const int seen = atomic_load(count);
    for (int i = 0; i < 5; ++i)
        assert(atomic_load(count) == seen);
    kill(child, SIGCONT);
    siginfo_t info;
    assert(waitid(P_PID, child, &info, WCONTINUED | WEXITED) == 0);
    if (info.si_code == CLD_CONTINUED)
        assert(waitpid(child, &status, 0) == child);
    return atomic_load(count) == 20 ? 0 : 1;
}
