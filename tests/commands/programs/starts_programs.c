// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starts programs that there are not, and a script of which the kernel does not know how to run it; asks whether there is a shell.
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

/// The status with which a child ends that becomes `program`, or the error that it cannot.
static int status_of(const char* program) {
    const pid_t child = fork();
    if (child == 0) {
        execlp(program, program, "7", (char*)NULL);
        _exit(errno);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static int error_of_spawn(const char* program) {
    pid_t child;
    char* const arguments[] = {(char*)program, NULL};
    return posix_spawnp(&child, program, NULL, NULL, arguments, environ);
}

int main(void) {
    static const char kScript[] = "exit $1\n";
    const int script = open("script", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    write(script, kScript, strlen(kScript));
    close(script);
    setenv("PATH", ":/nowhere", 1);
    const int runs = status_of("script") == 7 && status_of("./script") == 7;
    const int refuses =
        status_of("missing") == ENOENT && status_of("/") == EACCES && error_of_spawn("missing") == ENOENT;
    return runs && refuses && system(NULL) != 0 ? 0 : 1;
}
