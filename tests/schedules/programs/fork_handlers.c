// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child forked while another thread holds a lock finds it locked for ever, unless handlers of fork take it before.
// EXPECT: deadlock owner-ended
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* lockAndUnlock(void* unused) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void* forkAndWait(void* unused) {
    const pid_t child = fork();
    if (child == 0) {
        lockAndUnlock(NULL);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return unused;
}

#ifdef FIXED
static void lock(void) { pthread_mutex_lock(&mutex); }
static void unlock(void) { pthread_mutex_unlock(&mutex); }
#endif

int main(void) {
#ifdef FIXED
    pthread_atfork(lock, unlock, unlock);
#endif
    pthread_t threads[3];
    pthread_create(&threads[0], NULL, lockAndUnlock, NULL);
    pthread_create(&threads[1], NULL, forkAndWait, NULL);
    pthread_create(&threads[2], NULL, forkAndWait, NULL);
    for (int i = 0; i < 3; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
