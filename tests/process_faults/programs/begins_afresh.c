// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A schedule's process must find nothing of the schedule before it, whose process may still be about to end, and nothing of
// the fork server: no descriptors, locks and names in use, no blocked signals.
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/// Each schedule has those that the first one had.
static void compareDescriptors(void) {
    char openNow[64], openFirst[64];
    for (int i = 0; i < 64; ++i)
        openNow[i] = fcntl(i, F_GETFD) != -1;
    const int seen = open("seen", O_RDWR | O_CREAT, 0600);
    if (read(seen, openFirst, sizeof openFirst) == 0)
        assert(write(seen, openNow, sizeof openNow) == sizeof openNow);
    else
        assert(memcmp(openFirst, openNow, sizeof openNow) == 0);
    close(seen);
}

static void takeName(void) {
    struct stat here;
    assert(stat(".", &here) == 0);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "deadheat-test-%lu", (unsigned long)here.st_ino);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert(bind(listener, (struct sockaddr*)&name, sizeof name) == 0);
}

static void lookAtSignals(void) {
    sigset_t blocked;
    assert(pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0);
    for (int number = 1; number < SIGRTMIN; ++number)
        assert(!sigismember(&blocked, number));
}

static void* work(void* lock) {
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

int main(void) {
    compareDescriptors();
    const int file = open("lock", O_RDWR | O_CREAT, 0600);
    assert(flock(file, LOCK_EX | LOCK_NB) == 0);
    takeName();
    lookAtSignals();
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &lock);
    work(&lock);
    pthread_join(thread, NULL);
    return 0;
}
