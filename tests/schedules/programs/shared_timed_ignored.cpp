// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A reader goes on when it does not get the lock in time.
// EXPECT: data-race
// EXPECT: mutex-misuse
// EXPLORE: --strategy random --schedules 1000
#include <chrono>
#include <shared_mutex>
#include <thread>

static std::shared_timed_mutex mutex;
static int value;

static int readIt() {
#ifdef FIXED
    std::shared_lock<std::shared_timed_mutex> lock(mutex, std::chrono::seconds(1));
    const volatile int seen = lock ? value : 0;
    return seen;
#else
    const bool locked = mutex.try_lock_shared_for(std::chrono::seconds(1));
    const volatile int seen = value;
    if (locked)
        mutex.unlock_shared();
    return seen;
#endif
}

int main() {
    std::thread writer([] {
        if (mutex.try_lock_until(std::chrono::steady_clock::now() + std::chrono::seconds(1))) {
            ++value;
            mutex.unlock();
        }
    });
    std::thread reader([] { readIt(); });
    writer.join();
    reader.join();
}
