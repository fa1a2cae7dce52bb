// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// leaves_processes HOW NAME KEY TELL HOLD: makes shared memory, a semaphore, a queue and a segment, then a child, one in a session
// of its own and a daemon. Each tells its letter on the descriptor TELL. The children end when HOLD reads as empty, and tell 'e'.
// The program itself waits, ends, or waits for its own lock, as HOW says; if that is "handles", until SIGTERM.
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static int tell, hold;

static void stay(char letter) {
    char byte;
    signal(SIGTERM, SIG_IGN);
    write(tell, &letter, 1);
    read(hold, &byte, 1);
    write(tell, "e", 1);
    _exit(0);
}

static void leave_processes(void) {
    if (fork() == 0)
        stay('c');
    if (fork() == 0) {
        setsid();
        stay('s');
    }
    const pid_t between = fork();
    if (between == 0) {
        setsid();
        if (fork() == 0)
            stay('d');
        _exit(0);
    }
    waitpid(between, NULL, 0);
}

static void leave_objects(const char* name, key_t key) {
    shm_open(name, O_CREAT | O_RDWR, 0600);
    sem_open(name, O_CREAT, 0600, 1);
    mq_open(name, O_CREAT | O_RDWR, 0600, NULL);
    shmget(key, 4096, IPC_CREAT | 0600);
}

static void end(int signal) { _exit(0); }

int main(int argc, char** argv) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    const char* how = argv[1];
    tell = atoi(argv[4]);
    hold = atoi(argv[5]);
    leave_objects(argv[2], atoi(argv[3]));
    leave_processes();
    if (strcmp(how, "handles") == 0)
        signal(SIGTERM, end);
    write(tell, "p", 1);
    if (strcmp(how, "ends") == 0)
        return 0;
    if (strcmp(how, "deadlocks") == 0) {
        pthread_mutex_lock(&lock);
        pthread_mutex_lock(&lock);
    }
    for (;;)
        pause();
}
