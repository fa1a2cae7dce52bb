// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An atomic flag that is set with a test and never cleared is a claim: it tells who comes first, and nobody holds it as a lock. It
// guards nothing against deadlocks, may be destroyed, and is no guard of what is written behind it. But only one gets behind it.
#include <atomic>
#include <mutex>
#include <thread>

namespace destroyed {
class Selector {
public:
    void submit() {
        if (flag_.exchange(true))
            seen_ = 1;
        if (--left_ == 0)
            delete this; // fine: nobody holds the flag
    }

private:
    std::atomic<bool> flag_{false};
    std::atomic<int> left_{2};
    std::atomic<int> seen_{0};
};
void submitTwiceOk(Selector* selector) { selector->submit(); }
class Lock {
public:
    void finishBad() {
        while (taken_.exchange(true)) {
        }
        delete this; // expect: destroyed-while-held "taken_"
    }
    void leave() { taken_.store(false); }

private:
    std::atomic<bool> taken_{false};
};
void finish(Lock* lock) { lock->finishBad(); }
} // namespace destroyed

namespace gates {
std::mutex jobs, pool;
std::atomic<bool> first{false};
int jobCount, poolSize;
void addBad() {
    if (!first.exchange(true)) {
        std::lock_guard one(jobs);
        std::lock_guard two(pool); // expect: lock-order "gates::jobs"
        ++jobCount;
        ++poolSize;
    }
}
void removeBad() {
    first.exchange(true);
    std::lock_guard one(pool);
    std::lock_guard two(jobs);
    --jobCount;
    --poolSize;
}
} // namespace gates

namespace lists {
struct Node {
    std::atomic<Node*> next{nullptr};
};
class Pool {
public:
    Node* takeLastOk() {
        Node* node = free_.load();
        while (node && !free_.compare_exchange_weak(node, node->next.load())) {
        }
        delete this; // fine: the head of a list is no lock
        return node;
    }
    void clear() { free_.store(nullptr); }

private:
    std::atomic<Node*> free_{nullptr};
};
Node* takeLast(Pool* pool) {
    pool->clear();
    return pool->takeLastOk();
}
} // namespace lists

namespace alone {
std::atomic<bool> claimed{false};
int winner;
void claimOk(int who) {
    if (!claimed.exchange(true))
        winner = who; // fine: only one gets here
}
std::atomic<bool> tried{false};
int loser;
void loseBad(int who) {
    if (tried.exchange(true))
        loser = who; // expect: data-race "alone::loser"
}
int main_() {
    std::thread a(claimOk, 1), b(claimOk, 2), c(loseBad, 1), d(loseBad, 2), e(loseBad, 3);
    a.join();
    b.join();
    c.join();
    d.join();
    e.join();
    return winner;
}
} // namespace alone

int main() {
    std::thread add(gates::addBad);
    gates::removeBad();
    add.join();
    return alone::main_();
}
