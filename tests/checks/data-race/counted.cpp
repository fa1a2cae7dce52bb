// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Latches made by hand: threads count when they are done, somebody waits until all have.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace countdown {
class Latch {
public:
    explicit Latch(int count) : left_(count) {}
    void arrive() {
        std::lock_guard<std::mutex> lock(mutex_);
        if (--left_ == 0)
            changed_.notify_all();
    }
    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return left_ == 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int left_;
};

int allArrivedOk() {
    Latch done(3);
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 3; ++i)
        std::thread([&, i] {
            {
                std::lock_guard<std::mutex> lock(mutex);
                sum += i;
            }
            done.arrive();
        }).detach();
    done.wait();
    return sum;
}
int afterArrivalBad() {
    Latch done(3);
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 3; ++i)
        std::thread([&, i] {
            done.arrive();
            std::lock_guard<std::mutex> lock(mutex);
            sum += i;
        }).detach();
    done.wait();
    return sum; // expect: data-race "sum"
}
int beforeWaitBad() {
    Latch done(3);
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 3; ++i)
        std::thread([&, i] {
            {
                std::lock_guard<std::mutex> lock(mutex);
                sum += i;
            }
            done.arrive();
        }).detach();
    const int early = sum; // expect: data-race "sum"
    done.wait();
    return early;
}
} // namespace countdown

namespace atomic_countdown {
int allCountedOk() {
    std::atomic<int> pending{3};
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 3; ++i)
        std::thread([&, i] {
            {
                std::lock_guard<std::mutex> lock(mutex);
                sum += i;
            }
            pending.fetch_sub(1);
        }).detach();
    while (pending.load() != 0)
        std::this_thread::yield();
    return sum;
}
int relaxedBad() {
    std::atomic<int> pending{3};
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 3; ++i)
        std::thread([&, i] {
            {
                std::lock_guard<std::mutex> lock(mutex);
                sum += i;
            }
            pending.fetch_sub(1, std::memory_order_relaxed);
        }).detach();
    while (pending.load(std::memory_order_relaxed) != 0)
        std::this_thread::yield();
    return sum; // expect: data-race "sum"
}
} // namespace atomic_countdown

// What is taken from a queue is counted, too: that it is empty says nothing of what else its users have done.
namespace queue_length {
class Queue {
public:
    void put() {
        std::lock_guard<std::mutex> lock(mutex_);
        ++length_;
        changed_.notify_one();
    }
    void takeAll(int& taken) {
        ++taken;
        for (int round = 0; round < 10; ++round) {
            std::unique_lock<std::mutex> lock(mutex_);
            changed_.wait(lock, [this] { return length_ > 0; });
            --length_;
            changed_.notify_all();
        }
    }
    void waitUntilEmpty() {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return length_ == 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int length_ = 0;
};
void drained() {
    Queue queue;
    int taken = 0;
    std::thread taker([&] { queue.takeAll(taken); });
    queue.waitUntilEmpty();
    ++taken; // expect: data-race "taken"
    for (int i = 0; i < 10; ++i)
        queue.put();
    taker.join();
}
} // namespace queue_length
