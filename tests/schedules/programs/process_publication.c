// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data is published by a flag that is no atomic.
// EXPECT: data-race processes
#include "processes.h"
#include <sched.h>

static struct {
    int data;
#ifdef FIXED
    atomic_int ready;
#else
    int ready;
#endif
}* mailbox;

static void post(void) {
    mailbox->data = 42;
#ifdef FIXED
    atomic_store_explicit(&mailbox->ready, 1, memory_order_release);
#else
    mailbox->ready = 1;
#endif
}

static int isReady(void) {
#ifdef FIXED
    return atomic_load_explicit(&mailbox->ready, memory_order_acquire);
#else
    return *(volatile int*)&mailbox->ready;
#endif
}

int main(void) {
    mailbox = shareMemory(sizeof *mailbox);
    const pid_t child = start(post);
    while (!isReady())
        sched_yield();
    const int data = mailbox->data;
    waitpid(child, NULL, 0);
    return data == 42 ? 0 : 1;
}
