// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No race: each access is locked, but the check and the act are two critical sections.
// EXPECT: crash
#include "processes.h"

static struct {
    pthread_mutex_t mutex;
    int balance;
}* account;

static int balance(void) {
    pthread_mutex_lock(&account->mutex);
    const int value = account->balance;
    pthread_mutex_unlock(&account->mutex);
    return value;
}

static void withdraw(void) {
#ifdef FIXED
    pthread_mutex_lock(&account->mutex);
    if (account->balance >= 80)
        account->balance -= 80;
    pthread_mutex_unlock(&account->mutex);
#else
    if (balance() < 80)
        return;
    pthread_mutex_lock(&account->mutex);
    account->balance -= 80;
    pthread_mutex_unlock(&account->mutex);
#endif
}

int main(void) {
    account = shareMemory(sizeof *account);
    initShared(&account->mutex, 0);
    account->balance = 100;
    const pid_t a = start(withdraw), b = start(withdraw);
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    assert(balance() >= 0);
    return 0;
}
