// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pct --schedules 1000
#include <atomic>
#include <thread>

static int payload;
static std::atomic<bool> ready{false};

int main() {
#ifdef FIXED
    constexpr auto order = std::memory_order_release;
#else
    constexpr auto order = std::memory_order_relaxed;
#endif
    std::thread reader([] {
        while (!ready.load(std::memory_order_acquire))
            std::this_thread::yield();
        if (payload != 42)
            __builtin_abort();
    });
    payload = 42;
    ready.store(true, order);
    reader.join();
    return 0;
}
