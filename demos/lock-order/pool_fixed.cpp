// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers between two accounts run on a worker pool; whatever the direction, the current account is locked first.
#include "shared/worker_pool.h"

#include <cstdlib>
#include <iostream>
#include <mutex>

namespace {

struct Account {
    std::mutex mutex;
    int balance = 100;
};

Account savings;
Account current;

void save(int amount) {
    std::lock_guard first(current.mutex);
    std::lock_guard second(savings.mutex);
    current.balance -= amount;
    savings.balance += amount;
}

void spend(int amount) {
    std::lock_guard first(current.mutex);
    std::lock_guard second(savings.mutex);
    savings.balance -= amount;
    current.balance += amount;
}

} // namespace

int main() {
    {
        demos::WorkerPool pool(2);
        for (int amount : {10, 20}) {
            pool.submit([amount] { save(amount); });
            pool.submit([amount] { spend(amount); });
        }
    } // the pool has finished every transfer

    if (current.balance != 100 || savings.balance != 100) {
        std::cerr << "wrong result: " << current.balance << " and " << savings.balance << " instead of 100 and 100\n";
        return EXIT_FAILURE;
    }
    std::cout << "every transfer is done\n";
}
