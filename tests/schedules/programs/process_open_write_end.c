// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reader waits for the end of a pipe whose write end it has open itself.
// EXPECT: deadlock
// RUN: deadlock
#include "processes.h"

static int words[2];

static void talk(void) { write(words[1], "word", 4); }

int main(void) {
    char text[16];
    pipe(words);
    const pid_t child = start(talk);
#ifdef FIXED
    close(words[1]);
#endif
    while (read(words[0], text, sizeof text) > 0) {
    }
    waitpid(child, NULL, 0);
    return 0;
}
