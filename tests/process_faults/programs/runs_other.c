// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: not steered: /bin/true, started by exec
#include "../../schedules/programs/processes.h"

static void work(void) { execl("/bin/true", "true", (char*)NULL); }

int main(void) {
    int status = 1;
    const pid_t child = start(work);
    waitpid(child, &status, 0);
    return status;
}
