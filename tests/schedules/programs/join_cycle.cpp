// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock join-cycle
// RUN: deadlock join-cycle
#include <condition_variable>
#include <mutex>
#include <thread>

static std::thread workers[3];
static std::mutex mutex;

static void work(int number) {
    {
        std::lock_guard<std::mutex> lock(mutex);
    } // all are created
#ifdef FIXED
    if (number == 2)
        return;
#endif
    workers[(number + 1) % 3].join();
}

int main() {
    {
        std::lock_guard<std::mutex> lock(mutex);
        for (int i = 0; i < 3; ++i)
            workers[i] = std::thread(work, i);
    }
#ifdef FIXED
    workers[0].join();
    return 0;
#else
    std::mutex never;
    std::condition_variable condition;
    std::unique_lock<std::mutex> lock(never);
    condition.wait(lock, [] { return false; });
#endif
}
