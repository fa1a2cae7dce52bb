// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two children count in a file.
// EXPECT: crash
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[] = "/tmp/deadheat-count-XXXXXX";

static void countOne(void) {
    const int file = open(path, O_RDWR);
    int count = 0;
#ifdef FIXED
    flock(file, LOCK_EX);
#endif
    pread(file, &count, sizeof count, 0);
    ++count;
    pwrite(file, &count, sizeof count, 0);
    _exit(0);
}

int main(void) {
    const int file = mkstemp(path);
    int count = 0;
    pwrite(file, &count, sizeof count, 0);
    for (int i = 0; i < 2; ++i)
        if (fork() == 0)
            countOne();
    while (wait(NULL) > 0) {
    }
    pread(file, &count, sizeof count, 0);
    unlink(path);
    return count == 2 ? 0 : 1;
}
