// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock: process P1 is stopped by SIGTSTP, and nobody continues it
// The parent waits for a child that it has stopped.
#include "../../schedules/programs/processes.h"

static void work(void) { usleep(1000); }

int main(void) {
    const pid_t child = start(work);
    kill(child, SIGTSTP);
    waitpid(child, NULL, 0);
    return 0;
}
