// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A process that waits for ever where nobody sees it, with a child that waits for its parent.
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Both tell when they are there, on the descriptor that is the argument.
int main(int argc, char** argv) {
    int ends[2], tell = atoi(argv[argc - 1]);
    char byte = 0;
    pipe(ends);
    if (fork() == 0) {
        write(tell, "c", 1);
        return (int)read(ends[0], &byte, 1);
    }
    write(tell, "p", 1);
    syscall(SYS_ppoll, NULL, 0, NULL, NULL);
    write(ends[1], "x", 1);
    wait(NULL);
    return 0;
}
