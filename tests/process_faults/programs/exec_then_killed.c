// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A child execs this program again, which goes on under the schedule and kills itself.
#include "../../schedules/programs/processes.h"

int main(int count, char** arguments) {
    int status = 0;
    if (count > 1)
        kill(getpid(), SIGKILL);
    const pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", arguments[0], "again", (char*)NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 1;
}
