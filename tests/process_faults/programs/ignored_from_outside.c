// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// INHERITS: SIGUSR1
// Who started the program ignores the signal, and so does the program: its child goes on.
#include "../../schedules/programs/processes.h"

static sem_t* sent;

static void work(void) { sem_wait(sent); }

int main(void) {
    sent = shareMemory(sizeof *sent);
    sem_init(sent, 1, 0);
    const pid_t child = start(work);
    kill(child, SIGUSR1);
    sem_post(sent);
    int status = 1;
    waitpid(child, &status, 0);
    return status;
}
