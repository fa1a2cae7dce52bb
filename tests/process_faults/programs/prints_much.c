// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// OPTIONS: --schedules 20 --timeout 10000
// A child prints more than a pipe takes, in lines, in one piece and by characters; the parent reads it all.
#include "../../schedules/programs/processes.h"

enum { kLines = 3000, kBytes = 80000, kCharacters = 6000 };

static char piece[kBytes];

static void print(void) {
    for (int i = 0; i < kLines; ++i)
        printf("this is line %d of the output\n", i);
    memset(piece, 'x', sizeof piece);
    fwrite(piece, 1, sizeof piece, stdout);
    for (int i = 0; i < kCharacters; ++i)
        putc('y', stdout);
    puts("");
    fflush(NULL);
}

int main(void) {
    int output[2];
    pipe(output);
    const pid_t child = fork();
    if (child == 0) {
        close(output[0]);
        dup2(output[1], STDOUT_FILENO);
        close(output[1]);
        print();
        return 0;
    }
    close(output[1]);
    FILE* input = fdopen(output[0], "r");
    char line[64];
    int lines = 0, rest = 0, status = 1;
    while (lines < kLines && fgets(line, sizeof line, input))
        ++lines;
    while (getc(input) != EOF)
        ++rest;
    waitpid(child, &status, 0);
    return lines == kLines && rest == kBytes + kCharacters + 1 ? status : 1;
}
