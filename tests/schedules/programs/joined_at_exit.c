// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An exit handler joins the thread that main has left running; without it the thread is left behind.
// EXPECT: unjoined-thread
// RUN: unjoined-thread
#include <pthread.h>
#include <stdlib.h>

static pthread_t thread;

static void* work(void* unused) { return unused; }
#ifdef FIXED
static void end(void) { pthread_join(thread, NULL); }
#else
static void end(void) {}
#endif

int main(void) {
    atexit(end);
    pthread_create(&thread, NULL, work, NULL);
    return 0;
}
