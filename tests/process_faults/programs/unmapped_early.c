// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// Private memory where shared memory was is no longer shared.
#include "../../schedules/programs/processes.h"

static char* memory;

static void work(void) {
    munmap(memory, 4096);
    memory = mmap(memory, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    memory[0] = 1;
}

int main(void) {
    memory = shareMemory(4096);
    const pid_t child = start(work);
    memory[0] = 2;
    waitpid(child, NULL, 0);
    return memory[0] == 2 ? 0 : 1;
}
