// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A ring with one producer and one consumer: the indices order the accesses to the elements.
#include <atomic>
#include <thread>

namespace ring {
class Ring {
public:
    bool pushOk(int value) {
        const unsigned head = head_.load(std::memory_order_relaxed), next = (head + 1) % 8;
        if (next == tail_.load(std::memory_order_acquire))
            return false;
        elements_[head] = value;
        head_.store(next, std::memory_order_release);
        return true;
    }
    bool popOk(int& value) {
        const unsigned tail = tail_.load(std::memory_order_relaxed);
        if (tail == head_.load(std::memory_order_acquire))
            return false;
        value = elements_[tail];
        tail_.store((tail + 1) % 8, std::memory_order_release);
        return true;
    }

private:
    int elements_[8] = {};
    std::atomic<unsigned> head_{0}, tail_{0};
};
Ring shared;
void produce() {
    for (int i = 0; i < 100;)
        if (shared.pushOk(i))
            ++i;
}
void consume() {
    int value = 0;
    for (int i = 0; i < 100;)
        if (shared.popOk(value))
            ++i;
}
void oneOfEachOk() {
    std::thread producer(produce), consumer(consume);
    producer.join();
    consumer.join();
}
} // namespace ring

namespace two_producers {
class Ring {
public:
    bool pushBad(int value) {
        const unsigned head = head_.load(std::memory_order_relaxed), next = (head + 1) % 8;
        if (next == tail_.load(std::memory_order_acquire))
            return false;
        elements_[head] = value;                      // expect: data-race "elements_"
        head_.store(next, std::memory_order_release); // expect: data-race(split-update) "head_"
        return true;
    }
    bool pop(int& value) {
        const unsigned tail = tail_.load(std::memory_order_relaxed);
        if (tail == head_.load(std::memory_order_acquire))
            return false;
        value = elements_[tail]; // partner: data-race
        tail_.store((tail + 1) % 8, std::memory_order_release);
        return true;
    }

private:
    int elements_[8] = {};
    std::atomic<unsigned> head_{0}, tail_{0};
};
Ring shared;
void produce() { shared.pushBad(1); }
void consume() {
    int value = 0;
    shared.pop(value);
}
void twoProducersBad() {
    std::thread producer(produce), other(produce), consumer(consume);
    producer.join();
    other.join();
    consumer.join();
}
} // namespace two_producers

namespace published_too_early {
class Ring {
public:
    bool pushBad(int value) {
        const unsigned head = head_.load(std::memory_order_relaxed), next = (head + 1) % 8;
        if (next == tail_.load(std::memory_order_acquire))
            return false;
        head_.store(next, std::memory_order_release);
        elements_[head] = value; // expect: data-race "elements_"
        return true;
    }
    bool pop(int& value) {
        const unsigned tail = tail_.load(std::memory_order_relaxed);
        if (tail == head_.load(std::memory_order_acquire))
            return false;
        value = elements_[tail]; // partner: data-race
        tail_.store((tail + 1) % 8, std::memory_order_release);
        return true;
    }

private:
    int elements_[8] = {};
    std::atomic<unsigned> head_{0}, tail_{0};
};
Ring shared;
void produce() {
    for (int i = 0; i < 100; ++i)
        shared.pushBad(i);
}
void consume() {
    int value = 0;
    for (int i = 0; i < 100; ++i)
        shared.pop(value);
}
void startBad() {
    std::thread producer(produce), consumer(consume);
    producer.join();
    consumer.join();
}
} // namespace published_too_early

namespace relaxed {
class Ring {
public:
    bool pushBad(int value) {
        const unsigned head = head_.load(std::memory_order_relaxed), next = (head + 1) % 8;
        if (next == tail_.load(std::memory_order_acquire))
            return false;
        elements_[head] = value; // expect: data-race "elements_"
        head_.store(next, std::memory_order_relaxed);
        return true;
    }
    bool pop(int& value) {
        const unsigned tail = tail_.load(std::memory_order_relaxed);
        if (tail == head_.load(std::memory_order_acquire))
            return false;
        value = elements_[tail]; // partner: data-race
        tail_.store((tail + 1) % 8, std::memory_order_release);
        return true;
    }

private:
    int elements_[8] = {};
    std::atomic<unsigned> head_{0}, tail_{0};
};
Ring shared;
void produce() {
    for (int i = 0; i < 100; ++i)
        shared.pushBad(i);
}
void consume() {
    int value = 0;
    for (int i = 0; i < 100; ++i)
        shared.pop(value);
}
void startBad() {
    std::thread producer(produce), consumer(consume);
    producer.join();
    consumer.join();
}
} // namespace relaxed
