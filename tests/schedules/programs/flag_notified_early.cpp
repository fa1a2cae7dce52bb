// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A lock that wakes those who wait before it is free: they yield a few times, see it taken and sleep for ever.
// EXPECT: deadlock
#include <atomic>
#include <thread>

namespace {

std::atomic_flag taken;
int value = 0;

void lock() {
    while (taken.test_and_set(std::memory_order_acquire))
        taken.wait(true, std::memory_order_relaxed);
}

void unlock() {
#ifdef FIXED
    taken.clear(std::memory_order_release);
    taken.notify_one();
#else
    taken.notify_one();
    taken.clear(std::memory_order_release);
#endif
}

void work() {
    for (int i = 0; i < 2; ++i) {
        lock();
        ++value;
        unlock();
    }
}

} // namespace

int main() {
    std::thread threads[] = {std::thread(work), std::thread(work), std::thread(work)};
    for (std::thread& thread : threads)
        thread.join();
    return value == 6 ? 0 : 1;
}
