// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each cash machine is a process of its own; the account lies in shared memory. Two checks can pass where one may.
#include "shared/process.h"

#include <cstdio>
#include <cstdlib>

namespace {

struct Account {
    pthread_mutex_t mutex;
    int balance;
};

int withdraw(Account* account, int amount) {
    if (account->balance < amount) { // BUG: data-race
        return 0;
    }
    pthread_mutex_lock(&account->mutex);
    account->balance -= amount;
    pthread_mutex_unlock(&account->mutex);
    return amount;
}

} // namespace

int main() {
    auto* account = demos::makeShared<Account>();
    demos::initProcessShared(&account->mutex);
    account->balance = 100;

    const pid_t highStreet = demos::startProcess([account] { withdraw(account, 80); });
    const pid_t station = demos::startProcess([account] { withdraw(account, 80); });
    demos::waitForProcess(highStreet);
    demos::waitForProcess(station);

    if (account->balance < 0) {
        std::fprintf(stderr, "overdrawn: the balance is %d\n", account->balance);
        return EXIT_FAILURE;
    }
    std::printf("the balance is %d\n", account->balance);
}
