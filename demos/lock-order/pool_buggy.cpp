// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers between two accounts run on a worker pool; each locks the account it takes from, then the other. Two
// transfers in opposite directions can stop both workers, and the pool with them.
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
    std::lock_guard from(current.mutex);
    std::lock_guard to(savings.mutex); // BUG: lock-order
    current.balance -= amount;
    savings.balance += amount;
}

void spend(int amount) {
    std::lock_guard from(savings.mutex);
    std::lock_guard to(current.mutex); // BUG: lock-order
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
