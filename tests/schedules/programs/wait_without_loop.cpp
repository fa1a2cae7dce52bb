// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A consumer that tests once: another one, or nobody, may have been there before it wakes.
// EXPECT: crash assertion
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::condition_variable filled;
static int items;

static void consume() {
    std::unique_lock<std::mutex> lock(mutex);
#ifdef FIXED
    while (items == 0)
#else
    if (items == 0)
#endif
        filled.wait(lock);
    assert(items > 0);
    --items;
}

static void produce() {
    std::lock_guard<std::mutex> lock(mutex);
    ++items;
    filled.notify_one();
}

int main() {
    std::thread consumers[] = {std::thread(consume), std::thread(consume)};
    produce();
    produce();
    for (std::thread& consumer : consumers)
        consumer.join();
}
