// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// POSIX message queues with room for one: both processes send twice before they receive.
// EXPECT: deadlock
#include "processes.h"
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>

static mqd_t there, back;

static void exchange(mqd_t out, mqd_t in) {
    char message[8];
    mq_send(out, "a", 1, 0);
#ifdef FIXED
    mq_receive(in, message, sizeof message, NULL);
    mq_send(out, "b", 1, 0);
#else
    mq_send(out, "b", 1, 0);
    mq_receive(in, message, sizeof message, NULL);
#endif
    mq_receive(in, message, sizeof message, NULL);
}

static void partner(void) { exchange(back, there); }

static mqd_t queue(const char* which) {
    char name[64];
    struct mq_attr attributes = {0, 1, 8, 0};
    snprintf(name, sizeof name, "/deadheat-%s-%d", which, (int)getpid());
    const mqd_t made = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
    mq_unlink(name);
    return made;
}

int main(void) {
    there = queue("there");
    back = queue("back");
    const pid_t child = start(partner);
    exchange(there, back);
    waitpid(child, NULL, 0);
    return 0;
}
