// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A child kills itself, so nobody hands its turn on.
#include "../../schedules/programs/processes.h"

static int* value;

static void work(void) {
    *value = 1;
    kill(getpid(), SIGKILL);
}

int main(void) {
    int status = 0;
    value = shareMemory(sizeof *value);
    const pid_t child = start(work);
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && *value == 1 ? 0 : 1;
}
