// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock lost-wakeup
// EXPLORE: --strategy pct --schedules 1000
// EXPLORE: --strategy pos --schedules 1000
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::condition_variable changed;
static std::atomic<bool> ready{false};

int main() {
    std::thread waiter([] {
        std::unique_lock<std::mutex> lock(mutex);
        while (!ready)
            changed.wait(lock);
    });
    {
#ifdef FIXED
        std::lock_guard<std::mutex> lock(mutex);
#endif
        ready = true; // between the waiter's test and its wait this is lost
    }
    changed.notify_one();
    waiter.join();
    return 0;
}
