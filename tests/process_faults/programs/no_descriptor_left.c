// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// OPTIONS: --schedules 4
// A process that can open nothing waits for its turn for long: the one that has it lives.
#include "../../schedules/programs/processes.h"
#include <sys/resource.h>

enum { kSteps = 1000000 }; // some tenths of a second

static int* steps;
static sem_t* prepared;

static void work(void) {
    sem_wait(prepared);
    for (int i = 0; i < kSteps; ++i)
        __atomic_fetch_add(steps, 1, __ATOMIC_RELAXED);
}

int main(void) {
    steps = shareMemory(sizeof *steps);
    prepared = shareMemory(sizeof *prepared);
    sem_init(prepared, 1, 0);
    const pid_t child = start(work);
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_NOFILE, &none);
    sem_post(prepared);
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0 && *steps == kSteps ? 0 : 1;
}
