// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock owner-ended
// RUN: deadlock
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int withdraw(int amount) {
    pthread_mutex_lock(&mutex);
    if (balance < amount) {
#ifdef FIXED
        pthread_mutex_unlock(&mutex);
#endif
        return -1;
    }
    balance -= amount;
    pthread_mutex_unlock(&mutex);
    return 0;
}

static void* customer(void* unused) {
    withdraw(5);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, customer, NULL);
    pthread_join(thread, NULL);
    withdraw(1);
    return 0;
}
