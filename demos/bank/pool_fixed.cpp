// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bank executes payment orders on a worker pool. Each order looks at the balance and pays under one lock.
#include "shared/worker_pool.h"

#include <cstdlib>
#include <iostream>
#include <mutex>

namespace {

constexpr int kOpeningBalance = 100;
constexpr int kRent = 80;
constexpr int kPower = 30;

struct Account {
    std::mutex mutex;
    int balance = kOpeningBalance;
    int paid = 0;
};

void pay(Account& account, int amount) {
    std::lock_guard lock(account.mutex);
    if (account.balance >= amount) {
        account.balance -= amount;
        account.paid += amount;
    }
}

} // namespace

int main() {
    Account account;
    {
        demos::WorkerPool pool(2);
        for (int amount : {kRent, kPower, kPower}) {
            pool.submit([&account, amount] { pay(account, amount); });
        }
    } // the pool has finished every order

    if (account.balance < 0) {
        std::cerr << "overdrawn: paid " << account.paid << " from " << kOpeningBalance << '\n';
        return EXIT_FAILURE;
    }
    std::cout << "paid " << account.paid << ", " << account.balance << " left\n";
}
