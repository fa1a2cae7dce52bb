// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bounded buffer whose two conditions share one notify_one: a producer can wake a producer.
// EXPECT: deadlock
// EXPLORE: --strategy pct --schedules 1000 --depth 4
// EXPLORE: --strategy random --schedules 1000
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::condition_variable changed;
static std::deque<int> buffer;

static void wake() {
#ifdef FIXED
    changed.notify_all();
#else
    changed.notify_one();
#endif
}

static void produce() {
    for (int i = 0; i < 3; ++i) {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [] { return buffer.size() < 1; });
        buffer.push_back(i);
        wake();
    }
}

static void consume() {
    for (int i = 0; i < 3; ++i) {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [] { return !buffer.empty(); });
        buffer.pop_front();
        wake();
    }
}

int main() {
    std::thread threads[] = {std::thread(produce), std::thread(produce), std::thread(consume), std::thread(consume)};
    for (std::thread& thread : threads)
        thread.join();
    return 0;
}
