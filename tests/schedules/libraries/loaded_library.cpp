// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What loaded_library.cpp loads.
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

static std::mutex mutex;
static thread_local int mine;

extern "C" int sumInThreads(int count) {
    int total = 0;
    std::vector<std::thread> threads;
    for (int i = 1; i <= count; ++i)
        threads.emplace_back([&total, i] {
            mine = i;
#ifdef FIXED
            std::lock_guard<std::mutex> lock(mutex);
#endif
            total += mine;
        });
    for (std::thread& thread : threads)
        thread.join();
    return total;
}
