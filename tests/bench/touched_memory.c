// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// touched_memory MAPPED TOUCHED FILE: two processes write the first TOUCHED of MAPPED shared bytes, one after the other; FILE gets
// the kilobytes of shared memory that the process then has, the watch's included.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void touch(volatile long* memory, size_t bytes) {
    for (size_t i = 0; i < bytes / sizeof *memory; ++i)
        memory[i] = (long)i;
}

static void report(const char* path) {
    char line[256];
    FILE* status = fopen("/proc/self/status", "r");
    FILE* out = fopen(path, "w");
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "RssShmem:", 9) == 0)
            fprintf(out, "%ld\n", atol(line + 9));
    fclose(out);
    fclose(status);
}

int main(int count, char** arguments) {
    if (count < 4)
        return 2;
    const size_t mapped = strtoull(arguments[1], NULL, 10), touched = strtoull(arguments[2], NULL, 10);
    void* memory = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const pid_t child = fork();
    if (child == 0) {
        touch(memory, touched);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    touch(memory, touched);
    report(arguments[3]);
    return 0;
}
