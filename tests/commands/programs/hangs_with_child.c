// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A process that waits for ever where nobody sees it, with a child that waits for its parent.
#include <poll.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte = 0;
    pipe(ends);
    if (fork() == 0)
        return (int)read(ends[0], &byte, 1);
    syscall(SYS_ppoll, NULL, 0, NULL, NULL);
    write(ends[1], "x", 1);
    wait(NULL);
    return 0;
}
