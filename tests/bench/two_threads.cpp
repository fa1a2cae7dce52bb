// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body that explore_speed.py times: two threads, ten steps. `library N`: N schedules of it in this process.
#include <deadheat/explore.h>

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

namespace {

void body() {
    std::mutex mutex;
    int value = 0;
    std::thread other([&] {
        std::lock_guard lock(mutex);
        ++value;
    });
    {
        std::lock_guard lock(mutex);
        ++value;
    }
    other.join();
}

} // namespace

int main(int count, char** arguments) {
    if (count < 3 || std::string(arguments[1]) != "library")
        return body(), 0;
    const auto start = std::chrono::steady_clock::now();
    const auto result = deadheat::explore({.schedules = std::strtoull(arguments[2], nullptr, 10)}, body);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.0f\n", static_cast<double>(result.schedules) / seconds.count());
    return result.ok ? 0 : 1;
}
