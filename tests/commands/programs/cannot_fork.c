// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program with handlers of fork has a child, and then the kernel refuses it another one.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int prepared, parents, deaths;

static void count_preparation(void) { ++prepared; }
static void count_parent(void) { ++parents; }
static void count_death(int unused) { ++deaths; }

static void refuse_processes(void) {
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x100, 1, 0), // CLONE_VM: a thread
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof instructions / sizeof *instructions, instructions};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(void) {
    signal(SIGCHLD, count_death);
    pthread_atfork(count_preparation, count_parent, NULL);
    const pid_t child = fork();
    if (child == 0)
        _exit(7);
    int status = 0;
    waitpid(child, &status, 0);
    const int deaths_before = deaths;
    refuse_processes();
    if (fork() != -1 || errno != EAGAIN)
        return 1;
    const int none_left = waitpid(-1, NULL, 0) == -1 && errno == ECHILD;
    return WEXITSTATUS(status) == 7 && none_left && prepared == 2 && parents == 2 && deaths == deaths_before ? 0 : 1;
}
