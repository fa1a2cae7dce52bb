// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An event counter as a semaphore with two tokens, or one: when a reader has taken the only token, the other one, which
// waited for the same, must wait on. Many rounds, because they seldom wait for the same.
// EXPECT: data-race
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { kRounds = 16 };
static int tokens, value;

static void* work(void* unused) {
    uint64_t token = 1;
    for (int i = 0; i < kRounds; ++i) {
        read(tokens, &token, sizeof token);
        ++value;
        write(tokens, &token, sizeof token);
    }
    return unused;
}

int main(void) {
#ifdef FIXED
    tokens = eventfd(1, EFD_SEMAPHORE);
#else
    tokens = eventfd(2, EFD_SEMAPHORE);
#endif
    pthread_t threads[2];
    for (int i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return value == 2 * kRounds ? 0 : 1;
}
