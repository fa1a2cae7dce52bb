// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A wait until a point in time of the steady clock is over: the item need not be there.
// EXPECT: crash assertion
// EXPLORE: --strategy random --schedules 1000
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::condition_variable changed;
static std::deque<int> items;

int main() {
    std::thread producer([] {
        std::lock_guard<std::mutex> lock(mutex);
        items.push_back(1);
        changed.notify_one();
    });
    {
        std::unique_lock<std::mutex> lock(mutex);
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        while (items.empty())
            if (changed.wait_until(lock, limit) == std::cv_status::timeout)
                break;
#ifdef FIXED
        if (!items.empty())
            items.pop_front();
#else
        assert(!items.empty());
        items.pop_front();
#endif
    }
    producer.join();
}
