// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A handler of SIGALRM posts what main waits for; an alarm that is ignored wakes nobody.
// EXPECT: deadlock
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

static sem_t due;

#ifdef FIXED
static void onAlarm(int signal) {
    (void)signal;
    sem_post(&due);
}
#endif

int main(void) {
    sem_init(&due, 0, 0);
#ifdef FIXED
    signal(SIGALRM, onAlarm);
#else
    signal(SIGALRM, SIG_IGN);
#endif
    alarm(1);
    sem_wait(&due);
    return 0;
}
