// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: unjoined-thread child-process
#include "processes.h"

static int done[2];

static void work(void) { write(done[1], "d", 1); }

int main(void) {
    char message;
    pipe(done);
    const pid_t child = start(work);
    close(done[1]);
    while (read(done[0], &message, 1) > 0) {
    }
#ifdef FIXED
    waitpid(child, NULL, 0);
#endif
    (void)child;
    return 0;
}
