// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race
// EXPLORE: --strategy random --schedules 100
// EXPLORE: --strategy pct --schedules 100
// RUN: data-race
#include <mutex>
#include <thread>

static int counter;
static std::mutex mutex;

static void increment() {
    for (int i = 0; i < 3; ++i) {
#ifdef FIXED
        std::lock_guard<std::mutex> lock(mutex);
#endif
        counter = counter + 1;
    }
}

int main() {
    std::thread other(increment);
    increment();
    other.join();
    return 0;
}
