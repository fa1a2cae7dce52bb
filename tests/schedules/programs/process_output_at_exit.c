// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a stream still holds is written when the program ends, into a pipe that is full by then.
// EXPECT: deadlock
#include "processes.h"

enum { kBytes = 65536 }; // as many as a pipe takes
static int results[2], copy;
static char data[kBytes];

static void readAll(void) {
    for (ssize_t bytes = 1; bytes > 0;)
        bytes = read(results[0], data, sizeof data);
}

int main(void) {
    pipe(results);
    const pid_t child = fork();
    if (child == 0) {
        close(results[0]);
        dup2(results[1], STDOUT_FILENO);
        FILE* other = fdopen(results[1], "w");
        write(STDOUT_FILENO, data, kBytes);
        fputs("the last line but one\n", other);
        fputs("the last line\n", stdout);
        return 0;
    }
    close(results[1]);
#ifdef FIXED
    readAll();
#endif
    waitpid(child, NULL, 0);
    readAll();
    return 0;
}
