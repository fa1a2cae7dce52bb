// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parent waits for an answer of a type that the child never sends.
// EXPECT: deadlock
#include "processes.h"
#include <sys/ipc.h>
#include <sys/msg.h>

static int queue;

struct Message {
    long type;
    char text[8];
};

static void answer(void) {
    struct Message message;
    msgrcv(queue, &message, sizeof message.text, 1, 0);
#ifdef FIXED
    message.type = 2;
#else
    message.type = 3;
#endif
    msgsnd(queue, &message, sizeof message.text, 0);
}

int main(void) {
    struct Message message = {1, "ask"};
    queue = msgget(IPC_PRIVATE, 0600);
    const pid_t child = start(answer);
    msgsnd(queue, &message, sizeof message.text, 0);
    msgrcv(queue, &message, sizeof message.text, 2, 0);
    waitpid(child, NULL, 0);
    msgctl(queue, IPC_RMID, NULL);
    return 0;
}
