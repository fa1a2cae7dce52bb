// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A child process that nobody waits for stays behind as a zombie.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int failed(void);

void waitedForOk(void) {
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

void neverWaitedForBad(void) {
    pid_t child = fork(); // expect: unjoined-thread(process) "child"
    if (child == 0) {
        _exit(0);
    }
}

int resultIgnoredBad(void) {
    if (fork() == 0) { // expect: unjoined-thread(process)
        _exit(0);
    }
    return 0;
}

int anyChildWaitedForOk(void) {
    if (fork() == 0) {
        _exit(0);
    }
    wait(NULL);
    return 0;
}

int forkFailedOk(void) {
    pid_t child = fork();
    if (child < 0) {
        return -1;
    }
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return 0;
}

int earlyReturnBad(void) {
    pid_t child = fork(); // expect: unjoined-thread(process) "child"
    if (child == 0) {
        _exit(0);
    }
    if (failed()) {
        return -1;
    }
    waitpid(child, NULL, 0);
    return 0;
}

void childExecutesOk(void) {
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/true", "true", (char*)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

void childExecutesBad(void) {
    pid_t child = fork(); // expect: unjoined-thread(process) "child"
    if (child == 0) {
        execl("/bin/true", "true", (char*)NULL);
        _exit(127);
    }
}

void severalChildrenOk(void) {
    for (int i = 0; i < 4; i++) {
        if (fork() == 0) {
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
}

void waitedForByNumberOk(void) {
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(0);
        }
    }
    for (int i = 0; i < 4; i++) {
        waitpid(children[i], NULL, 0);
    }
}

void parentEndsOk(void) { // a daemon: the parent leaves, init takes the child
    if (fork() != 0) {
        _exit(0);
    }
    setsid();
}

static pid_t startChild(void) {
    pid_t child = fork(); // expect: unjoined-thread(process)
    if (child == 0) {
        _exit(0);
    }
    return child;
}
void returnedAndWaitedForOk(void) { waitpid(startChild(), NULL, 0); }
void returnedAndDroppedBad(void) { startChild(); }

int killedButNotWaitedForBad(void) {
    pid_t child = fork(); // expect: unjoined-thread(process) "child"
    if (child == 0) {
        pause();
        _exit(0);
    }
    return kill(child, SIGTERM);
}

void doubleForkOk(void) { // the grandchild is left to init, the child is waited for
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0) {
            _exit(0);
        }
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static pid_t helper;
void helperStartOk(void) {
    helper = fork();
    if (helper == 0) {
        _exit(0);
    }
}
void helperStopOk(void) { waitpid(helper, NULL, 0); }

static void waitForChild(pid_t child) {
    int status = 0;
    if (waitpid(child, &status, 0) == -1) {
        abort();
    }
}
static pid_t startWorker(void) {
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    return child;
}
void startedAndAwaitedByHelpersOk(void) {
    pid_t north = startWorker();
    pid_t south = startWorker();
    waitForChild(north);
    waitForChild(south);
}
static pid_t startOther(void) {
    pid_t child = fork(); // expect: unjoined-thread(process)
    if (child == 0) {
        _exit(0);
    }
    return child;
}
void onlyOneAwaitedByHelperBad(void) {
    pid_t north = startOther();
    pid_t south = startOther();
    waitForChild(north);
    (void)south;
}
extern void handOver(pid_t child);
void awaitedElsewhereOk(void) {
    pid_t child = fork(); // false-alarm: unjoined-thread(process)
    if (child == 0) {
        _exit(0);
    }
    handOver(child);
}
