// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each cash machine is a process of its own; the account lies in shared memory. The check and the
// withdrawal are one critical section.
#include "shared/process.h"

#include <cstdio>
#include <cstdlib>

namespace {

struct Account {
    pthread_mutex_t mutex;
    int balance;
};

int withdraw(Account* account, int amount) {
    pthread_mutex_lock(&account->mutex);
    const int granted = account->balance < amount ? 0 : amount;
    account->balance -= granted;
    pthread_mutex_unlock(&account->mutex);
    return granted;
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
