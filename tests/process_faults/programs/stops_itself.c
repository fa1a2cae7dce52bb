// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// A child stops until its parent has prepared what it needs, as debuggers and shells do it; once more by kill, with a second
// thread that must stand still as well.
#include "../../schedules/programs/processes.h"

static struct {
    int prepared;
    atomic_int beats;
}* shared;

static void* beat(void* unused) {
    for (int i = 0; i < 8; ++i)
        atomic_fetch_add(&shared->beats, 1);
    return unused;
}

static void work(void) {
    raise(SIGSTOP);
    assert(shared->prepared == 1);
    pthread_t thread;
    pthread_create(&thread, NULL, beat, NULL);
    kill(getpid(), SIGSTOP);
    pthread_join(thread, NULL);
}

static void awaitStop(pid_t child) {
    int status;
    assert(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
}

int main(void) {
    shared = shareMemory(sizeof *shared);
    const pid_t child = start(work);
    awaitStop(child);
    shared->prepared = 1;
    kill(child, SIGCONT);
    awaitStop(child);
    const int seen = atomic_load(&shared->beats);
    assert(atomic_load(&shared->beats) == seen);
    kill(child, SIGCONT);
    waitpid(child, NULL, 0);
    return atomic_load(&shared->beats) == 8 ? 0 : 1;
}
