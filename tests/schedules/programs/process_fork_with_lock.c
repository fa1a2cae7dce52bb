// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread may hold the lock while another forks: the child's copy stays locked for ever.
// EXPECT: deadlock owner-ended
#include "processes.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* work(void* unused) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void child(void) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
#ifdef FIXED
    pthread_mutex_lock(&mutex);
    const pid_t pid = fork();
    pthread_mutex_unlock(&mutex);
    if (pid == 0) {
        child();
        _exit(0);
    }
#else
    const pid_t pid = start(child);
#endif
    waitpid(pid, NULL, 0);
    pthread_join(thread, NULL);
    return 0;
}
