// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Is stopped as if from outside: by a system call that the runtime does not see.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    syscall(SYS_kill, getpid(), SIGSTOP);
    return 0;
}
