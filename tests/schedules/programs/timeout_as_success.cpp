// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The result of a timed wait is taken for the event.
// EXPECT: crash assertion
// EXPLORE: --strategy random --schedules 1000
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::condition_variable changed;
static bool ready;

int main() {
    std::thread worker([] {
        std::lock_guard<std::mutex> lock(mutex);
        ready = true;
        changed.notify_one();
    });
    {
        std::unique_lock<std::mutex> lock(mutex);
#ifdef FIXED
        while (!changed.wait_for(lock, std::chrono::seconds(10), [] { return ready; })) {
        }
#else
        changed.wait_for(lock, std::chrono::seconds(10));
#endif
        assert(ready);
    }
    worker.join();
}
