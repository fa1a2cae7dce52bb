// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Five hundred threads live at once; ten of them forget the lock.
// EXPECT: data-race
// EXPLORE: --strategy random --schedules 10
// EXPLORE: --strategy pct --schedules 10
// FIXED: --schedules 2
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

constexpr int kThreads = 500;

static std::latch everybodyIsHere(kThreads);
static std::mutex mutex;
static int count, forgotten;

static void add(int number) {
    everybodyIsHere.arrive_and_wait();
#ifndef FIXED
    if (number >= kThreads - 10)
        ++forgotten;
#endif
    std::lock_guard<std::mutex> lock(mutex);
    ++count;
}

int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back(add, i);
    for (std::thread& thread : threads)
        thread.join();
    return count == kThreads ? 0 : 1;
}
