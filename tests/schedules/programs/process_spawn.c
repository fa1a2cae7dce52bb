// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A filter of the same program, started by posix_spawn, between two pipes: who writes all before reading fills both.
// EXPECT: deadlock
// FIXED: --schedules 40
// RUN: deadlock
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kBytes = 1 << 18, kPiece = 4096 };
extern char** environ;

static int copyInput(void) {
    char piece[kPiece];
    for (ssize_t got; (got = read(0, piece, sizeof piece)) > 0;)
        for (ssize_t done = 0; done < got;)
            done += write(1, piece + done, (size_t)(got - done));
    return 0;
}

static pid_t startFilter(char* self, int in, int out) {
    pid_t child = -1;
    posix_spawn_file_actions_t ends;
    posix_spawn_file_actions_init(&ends);
    posix_spawn_file_actions_adddup2(&ends, in, 0);
    posix_spawn_file_actions_adddup2(&ends, out, 1);
    posix_spawn(&child, self, &ends, NULL, (char*[]){self, "filter", NULL}, environ);
    close(in);
    close(out);
    return child;
}

int main(int argc, char** argv) {
    if (argc > 1)
        return copyInput();
    char piece[kPiece] = {0};
    int to[2], from[2], status = 0;
    pipe2(to, O_CLOEXEC);
    pipe2(from, O_CLOEXEC);
    const pid_t filter = startFilter(argv[0], to[0], from[1]);
    for (int sent = 0; sent < kBytes; sent += kPiece) {
        write(to[1], piece, sizeof piece);
#ifdef FIXED
        for (ssize_t back = 0; back < kPiece;)
            back += read(from[0], piece, (size_t)(kPiece - back));
#endif
    }
    close(to[1]);
    while (read(from[0], piece, sizeof piece) > 0) {
    }
    waitpid(filter, &status, 0);
    return status == 0 ? 0 : 1;
}
