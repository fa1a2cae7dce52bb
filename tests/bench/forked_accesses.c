// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Children that each work on a part of their own of one block of memory: `shared` or `private`, as the argument says. The
// steps are the same; only shared memory is watched for races between processes.
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kChildren = 4, kRounds = 200, kWords = 64 };

static void work(volatile int* words) {
    for (int round = 0; round < kRounds; ++round)
        for (int i = 0; i < kWords; ++i)
            words[i] += i;
}

int main(int count, char** arguments) {
    const int kind = count > 1 && strcmp(arguments[1], "shared") == 0 ? MAP_SHARED : MAP_PRIVATE;
    int* words = mmap(NULL, kChildren * kWords * sizeof(int), PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < kChildren; ++i)
        if (fork() == 0) {
            work(words + i * kWords);
            _exit(0);
        }
    while (wait(NULL) > 0) {
    }
    return 0;
}
