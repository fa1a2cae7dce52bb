// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two cash machines serve the same bank account. Each looks at the balance and withdraws under one lock.
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

class Account {
public:
    explicit Account(int balance) : balance_(balance) {}

    bool withdraw(int amount) {
        std::lock_guard lock(mutex_);
        if (balance_ < amount) {
            return false;
        }
        balance_ -= amount;
        return true;
    }

    int balance() const {
        std::lock_guard lock(mutex_);
        return balance_;
    }

private:
    mutable std::mutex mutex_;
    int balance_;
};

} // namespace

int main() {
    Account account(100);
    {
        std::jthread highStreet([&account] { account.withdraw(80); });
        std::jthread station([&account] { account.withdraw(80); });
    } // both machines are done

    if (account.balance() < 0) {
        std::cerr << "overdrawn: the balance is " << account.balance() << '\n';
        return EXIT_FAILURE;
    }
    std::cout << "the balance is " << account.balance() << '\n';
}
