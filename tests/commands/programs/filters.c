// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sends what it has through another program, and waits at the pipe for what comes back.
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int to[2], from[2];
    pipe(to);
    pipe(from);
    const pid_t child = fork();
    if (child == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[0]);
        close(to[1]);
        close(from[0]);
        close(from[1]);
        execlp("cat", "cat", (char*)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    write(to[1], "text", 4);
    close(to[1]);
    char back[8];
    ssize_t bytes = 0;
    for (ssize_t got = 1; got > 0; bytes += got)
        got = read(from[0], back + bytes, sizeof back - (size_t)bytes);
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0 && bytes == 4 && memcmp(back, "text", 4) == 0 ? 0 : 1;
}
