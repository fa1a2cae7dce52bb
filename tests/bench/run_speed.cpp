// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program that run_speed.py times: threads that compute on memory of their own and take turns at shared state, in the
// proportions given: `run_speed THREADS ROUNDS ACCESSES`, so many accesses for each lock, condition and atomic.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace {

std::mutex mutex;
std::atomic<long> started{0};
long total = 0;

void work(long rounds, long accesses) {
    std::vector<long> own(1024);
    for (long round = 0; round < rounds; ++round) {
        for (long i = 0; i < accesses; ++i)
            own[static_cast<std::size_t>(i * 7 + round) % own.size()] += i;
        ++started;
        std::lock_guard<std::mutex> lock(mutex);
        total += own[static_cast<std::size_t>(round) % own.size()];
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4)
        return 2;
    std::vector<std::thread> threads;
    for (long i = std::atol(arguments[1]); i > 0; --i)
        threads.emplace_back(work, std::atol(arguments[2]), std::atol(arguments[3]));
    for (std::thread& thread : threads)
        thread.join();
    return total == started ? 1 : 0;
}
