// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a thread sends over a POSIX message queue is complete; what it writes after that is not.
// EXPECT: data-race
#include <cstdio>
#include <fcntl.h>
#include <mqueue.h>
#include <thread>
#include <unistd.h>

static int prepared, late;

int main() {
    // Not std::to_string: its loop is the program's own code, and takes more steps for a longer number.
    char name[32];
    snprintf(name, sizeof name, "/deadheat-hand-%d", static_cast<int>(getpid()));
    mq_attr attributes{};
    attributes.mq_maxmsg = 2;
    attributes.mq_msgsize = 8;
    const mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
    mq_unlink(name);
    std::thread sender([queue] {
        prepared = 1;
#ifdef FIXED
        late = 1;
#endif
        mq_send(queue, "x", 1, 0);
#ifndef FIXED
        late = 1;
#endif
    });
    char message[8];
    mq_receive(queue, message, sizeof message, nullptr);
    const int sum = prepared + late;
    sender.join();
    mq_close(queue);
    return sum == 2 ? 0 : 1;
}
