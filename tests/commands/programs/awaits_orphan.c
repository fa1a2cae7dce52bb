// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Waits until a process that is not its child any more has ended and been collected.
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int tell[2], hold[2];
    pid_t orphan = 0;
    pipe(tell);
    pipe(hold);
    if (fork() == 0) {
        if (fork() == 0) {
            char byte;
            orphan = getpid();
            close(hold[1]);
            write(tell[1], &orphan, sizeof orphan);
            read(hold[0], &byte, 1);
        }
        _exit(0);
    }
    read(tell[0], &orphan, sizeof orphan);
    wait(NULL);
    close(hold[1]);
    while (kill(orphan, 0) == 0)
        sched_yield();
    return 0;
}
