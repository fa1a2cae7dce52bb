// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks that a comparison puts in order, and locks of the nodes of a tree.
#include <memory>
#include <mutex>
#include <thread>

namespace chosen_order {

class Account {
public:
    explicit Account(int id) : id_(id) {}
    static void moveOk(Account& a, Account& b, long sum) {
        Account& first = a.id_ < b.id_ ? a : b;
        Account& second = a.id_ < b.id_ ? b : a;
        std::lock_guard<std::mutex> lock1(first.mutex_);
        std::lock_guard<std::mutex> lock2(second.mutex_);
        a.sum_ -= sum;
        b.sum_ += sum;
    }
    static void moveBad(Account& a, Account& b, long sum, bool back) {
        Account& first = back ? b : a;
        Account& second = back ? a : b;
        std::lock_guard<std::mutex> lock1(first.mutex_);
        std::lock_guard<std::mutex> lock2(second.mutex_); // expect: lock-order
        first.sum_ -= sum;
        second.sum_ += sum;
    }

private:
    const int id_;
    std::mutex mutex_;
    long sum_ = 0;
};

void chosen() {
    Account a(1), b(2);
    std::thread there([&] { Account::moveOk(a, b, 1); });
    std::thread back([&] { Account::moveOk(b, a, 1); });
    there.join();
    back.join();
}
void byFlag() {
    Account a(1), b(2);
    std::thread there([&] { Account::moveBad(a, b, 1, false); });
    std::thread back([&] { Account::moveBad(a, b, 1, true); });
    there.join();
    back.join();
}

struct Node {
    int value = 0;
    std::mutex mutex;
    std::unique_ptr<Node> left, right;
};

// Each call locks a node of its own.
int sumOk(Node* node) {
    if (!node)
        return 0;
    std::lock_guard<std::mutex> lock(node->mutex);
    return node->value + sumOk(node->left.get()) + sumOk(node->right.get());
}

int depthBad(Node* node, int level) {
    std::lock_guard<std::mutex> lock(node->mutex); // missed: lock-order
    return level == 0 ? node->value : depthBad(node, level - 1);
}

} // namespace chosen_order
