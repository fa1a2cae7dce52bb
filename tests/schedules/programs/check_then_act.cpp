// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: crash assertion
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pct --schedules 1000
#include <cassert>
#include <mutex>
#include <thread>

class Account {
public:
    bool withdraw(int amount) {
#ifdef FIXED
        std::lock_guard<std::mutex> whole(transaction_);
#endif
        if (balance() < amount)
            return false;
        change(-amount);
        assert(balance() >= 0);
        return true;
    }

private:
    int balance() {
        std::lock_guard<std::mutex> lock(mutex_);
        return balance_;
    }
    void change(int by) {
        std::lock_guard<std::mutex> lock(mutex_);
        balance_ += by;
    }

    std::mutex mutex_;
    std::mutex transaction_;
    int balance_ = 100;
};

int main() {
    Account account;
    std::thread other([&] { account.withdraw(80); });
    account.withdraw(70);
    other.join();
    return 0;
}
