// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every access is atomic, the update is not.
// EXPECT: crash exit-status
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pos --schedules 1000
// EXPLORE: --strategy surw --schedules 1000
// EXPLORE: --strategy exhaustive --schedules 1000
// EXPLORE: --strategy round-robin --schedules 100
#include <atomic>
#include <thread>

static std::atomic<int> counter{0};

static void increment() {
#ifdef FIXED
    ++counter;
#else
    counter.store(counter.load() + 1);
#endif
}

int main() {
    std::thread other(increment);
    increment();
    other.join();
    return counter == 2 ? 0 : 1;
}
