// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// setuid and its like make the C library ask all threads that it knows, in the first process and in a child.
#define _GNU_SOURCE
#include "../../schedules/programs/processes.h"
#include <unistd.h>

static void* change(void* unused) {
    setresuid(getuid(), getuid(), getuid());
    return unused;
}

static void work(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, change, NULL);
    pthread_join(thread, NULL);
    setresgid(getgid(), getgid(), getgid());
}

int main(void) {
    const pid_t child = start(work);
    work();
    return waitpid(child, NULL, 0) == child ? 0 : 1;
}
