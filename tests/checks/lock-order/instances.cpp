// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks of several objects of one class: no fixed order, an order by address or rank, and hierarchies.
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace transfer_both_ways {
class Account {
public:
    void transferTo(Account& other, int amount) {
        std::lock_guard from(mutex_);
        std::lock_guard to(other.mutex_); // expect: lock-order "mutex_"
        balance_ -= amount;
        other.balance_ += amount;
    }

private:
    std::mutex mutex_;
    int balance_ = 0;
};
void twoAccountsInNoOrderBad() {
    Account savings, current;
    std::thread a([&] { savings.transferTo(current, 1); });
    std::thread b([&] { current.transferTo(savings, 2); });
    a.join();
    b.join();
}
} // namespace transfer_both_ways

namespace open_transfer {
struct Account {
    std::mutex mutex;
    int balance = 0;
};
void transferBad(Account& from, Account& to, int amount) {
    std::lock_guard first(from.mutex);
    std::lock_guard second(to.mutex); // expect: lock-order "mutex"
    from.balance -= amount;
    to.balance += amount;
}
} // namespace open_transfer

namespace all_at_once {
struct Account {
    std::mutex mutex;
    int balance = 0;
};
void transferOk(Account& from, Account& to, int amount) {
    std::scoped_lock both(from.mutex, to.mutex);
    from.balance -= amount;
    to.balance += amount;
}
} // namespace all_at_once

namespace by_address {
struct Account {
    std::mutex mutex;
    int balance = 0;
};
void transferOk(Account& from, Account& to, int amount) {
    Account* first = &from;
    Account* second = &to;
    if (std::less<Account*>()(second, first)) {
        std::swap(first, second);
    }
    std::lock_guard one(first->mutex);
    std::lock_guard other(second->mutex);
    from.balance -= amount;
    to.balance += amount;
}
void branchedTransferOk(Account& from, Account& to, int amount) {
    if (&from < &to) {
        from.mutex.lock();
        to.mutex.lock();
    } else {
        to.mutex.lock();
        from.mutex.lock();
    }
    from.balance -= amount;
    to.balance += amount;
    from.mutex.unlock();
    to.mutex.unlock();
}
} // namespace by_address

namespace parent_and_child {
struct Node {
    std::mutex mutex;
    int value = 0;
    std::vector<std::unique_ptr<Node>> children;
    Node* parent = nullptr;
};
void sumDownOk(Node& node, int& sum) {
    std::lock_guard guard(node.mutex);
    sum += node.value;
    for (auto& child : node.children) {
        sumDownOk(*child, sum);
    }
}
struct Leaf {
    std::mutex mutex;
    int value = 0;
    Leaf* above = nullptr;
    std::vector<Leaf*> below;
};
void down(Leaf& leaf) {
    std::lock_guard guard(leaf.mutex);
    for (Leaf* next : leaf.below) {
        std::lock_guard inner(next->mutex); // expect: lock-order "mutex"
        ++next->value;
    }
}
void up(Leaf& leaf) {
    std::lock_guard guard(leaf.mutex);
    if (leaf.above != nullptr) {
        std::lock_guard inner(leaf.above->mutex); // expect: lock-order
        ++leaf.above->value;
    }
}
void downInOneUpInTheOtherBad() {
    Leaf root, leaf;
    root.below.push_back(&leaf);
    leaf.above = &root;
    std::thread a(down, std::ref(root));
    std::thread b(up, std::ref(leaf));
    a.join();
    b.join();
}
} // namespace parent_and_child

namespace different_classes {
class Cache;
class Store {
public:
    void attach(Cache* cache) {
        std::lock_guard guard(mutex_);
        cache_ = cache;
    }
    void save();
    void load() {
        std::lock_guard guard(mutex_); // expect: lock-order
        ++loads_;
    }

private:
    std::mutex mutex_;
    Cache* cache_ = nullptr;
    int loads_ = 0;
};
class Cache {
public:
    explicit Cache(Store& store) : store_(store) {}
    void fill() {
        std::lock_guard guard(mutex_);
        store_.load();
    }
    void invalidate() {
        std::lock_guard guard(mutex_); // expect: lock-order
        ++invalidations_;
    }

private:
    Store& store_;
    std::mutex mutex_;
    int invalidations_ = 0;
};
void Store::save() {
    std::lock_guard guard(mutex_);
    cache_->invalidate();
}
void twoClassesCallEachOtherBad() {
    Store store;
    Cache cache(store);
    store.attach(&cache);
    std::thread a([&cache] { cache.fill(); });
    std::thread b([&store] { store.save(); });
    a.join();
    b.join();
}
} // namespace different_classes

namespace same_object_same_order {
struct Pair {
    std::mutex left, right;
    int value = 0;
};
void touch(Pair& pair) {
    std::lock_guard first(pair.left);
    std::lock_guard second(pair.right);
    ++pair.value;
}
void everyPairInOneOrderOk() {
    Pair one, other;
    std::thread a(touch, std::ref(one));
    std::thread b(touch, std::ref(other));
    a.join();
    b.join();
}
} // namespace same_object_same_order

namespace moving_one_after_another {
struct Box {
    std::mutex mutex;
    int count = 0;
};
int take(Box& box) {
    std::lock_guard guard(box.mutex);
    return --box.count;
}
void put(Box& box) {
    std::lock_guard guard(box.mutex);
    ++box.count;
}
void moveOk(Box& from, Box& to) {
    take(from);
    put(to);
}
} // namespace moving_one_after_another

namespace array_of_locks {
std::mutex slots[4];
int values[4];
void swapSlots(int i, int k) {
    std::lock_guard first(slots[i]);
    std::lock_guard second(slots[k]); // expect: lock-order "slots"
    std::swap(values[i], values[k]);
}
void anyTwoInAnyOrderBad() {
    std::thread a(swapSlots, 1, 2);
    std::thread b(swapSlots, 2, 1);
    a.join();
    b.join();
}
std::mutex shelves[4];
void lockAllOk() {
    for (auto& shelf : shelves) {
        shelf.lock();
    }
    for (auto& shelf : shelves) {
        shelf.unlock();
    }
}
} // namespace array_of_locks
