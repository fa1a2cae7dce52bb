// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who ignores SIGCHLD has no children to collect: waiting for any of them lasts until all have ended.
// EXPECT: crash exit-status
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kChildren = 2 };

int main(void) {
    int* results = mmap(NULL, kChildren * sizeof *results, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < kChildren; ++i)
        if (fork() == 0) {
            results[i] = 1;
            _exit(0);
        }
#ifdef FIXED
    if (waitpid(-1, NULL, 0) != -1 || errno != ECHILD)
        return 1;
#endif
    return results[0] + results[1] == kChildren ? 0 : 1;
}
