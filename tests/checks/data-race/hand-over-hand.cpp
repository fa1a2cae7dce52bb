// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists whose nodes have a lock each: the next one is locked before the last one is let go (Bayer, Schkolnick, Concurrency of
// operations on B-trees, 1977).
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

struct Node {
    explicit Node(int k) : key(k) {}
    const int key;
    int hits = 0;
    std::mutex mutex;
    Node* next = nullptr;
};

namespace locked_by_hand {
class List {
public:
    void hitOk(int key) {
        Node* at = &head_;
        at->mutex.lock();
        while (at->next && at->next->key <= key) {
            Node* next = at->next;
            next->mutex.lock();
            at->mutex.unlock();
            at = next;
        }
        at->hits++;
        at->mutex.unlock();
    }
    void insertOk(int key) {
        Node* before = &head_;
        before->mutex.lock();
        Node* at = before->next;
        while (at) {
            at->mutex.lock();
            if (at->key >= key)
                break;
            before->mutex.unlock();
            before = at;
            at = at->next;
        }
        Node* fresh = new Node(key);
        fresh->next = at;
        before->next = fresh;
        before->mutex.unlock();
        if (at)
            at->mutex.unlock();
    }

private:
    Node head_{0};
};
} // namespace locked_by_hand

namespace guarded {
class List {
public:
    void hitOk(int key) {
        Node* at = &head_;
        std::unique_lock<std::mutex> lock(at->mutex);
        while (at->next && at->next->key <= key) {
            Node* next = at->next;
            std::unique_lock<std::mutex> nextLock(next->mutex);
            lock = std::move(nextLock);
            at = next;
        }
        at->hits++;
    }
    void insertOk(int key) {
        std::lock_guard<std::mutex> lock(head_.mutex);
        auto* fresh = new Node(key);
        fresh->next = head_.next;
        head_.next = fresh;
    }

private:
    Node head_{0};
};
} // namespace guarded

namespace let_go_too_early {
struct Step {
    explicit Step(int k) : key(k) {}
    const int key;
    int visits = 0;
    std::mutex mutex;
    Step* next = nullptr;
};
class List {
public:
    void visitBad(int key) {
        Step* at = &head_;
        at->mutex.lock();
        while (at->next && at->next->key <= key) {
            Step* next = at->next;
            next->mutex.lock();
            at->mutex.unlock();
            at = next;
        }
        at->mutex.unlock();
        at->visits++; // expect: data-race "visits"
    }
    void insertOk(int key) {
        std::lock_guard<std::mutex> lock(head_.mutex);
        auto* fresh = new Step(key);
        fresh->next = head_.next;
        head_.next = fresh;
    }

private:
    Step head_{0};
};
} // namespace let_go_too_early

// A lock taken before a loop that moves on to nothing else.
namespace stays {
struct Table {
    std::mutex mutex;
    int sums[8] = {};
};
struct Holder {
    Table* table;
};
void sumOk(Holder& holder, int from, int to) {
    Table* table = holder.table;
    table->mutex.lock();
    do {
        table->sums[from % 8] += from;
    } while (++from < to);
    table->mutex.unlock();
}
} // namespace stays

template <class List, class Visit>
void together(List& list, Visit visit) {
    std::thread a([&] { list.insertOk(1), visit(list, 2); });
    std::thread b([&] { list.insertOk(2), visit(list, 1); });
    a.join();
    b.join();
}
void run() {
    locked_by_hand::List one;
    guarded::List two;
    let_go_too_early::List three;
    together(one, [](auto& list, int key) { list.hitOk(key); });
    together(two, [](auto& list, int key) { list.hitOk(key); });
    together(three, [](auto& list, int key) { list.visitBad(key); });
}
