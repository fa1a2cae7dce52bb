// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transfers lock the source first: two in opposite directions can deadlock.
// EXPECT: deadlock lock-cycle
// EXPECT: lock-order
#include <mutex>
#include <thread>

struct Account {
    std::mutex mutex;
    int balance = 100;
};

static void transfer(Account& from, Account& to, int amount) {
#ifdef FIXED
    std::scoped_lock lock(from.mutex, to.mutex);
#else
    std::lock_guard<std::mutex> source(from.mutex);
    std::lock_guard<std::mutex> target(to.mutex);
#endif
    from.balance -= amount;
    to.balance += amount;
}

int main() {
    Account a, b;
    std::thread other([&] { transfer(b, a, 10); });
    transfer(a, b, 20);
    other.join();
    return a.balance + b.balance != 200;
}
