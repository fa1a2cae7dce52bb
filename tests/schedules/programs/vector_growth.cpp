// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race
// RUN: data-race
#include <mutex>
#include <thread>
#include <vector>

static std::vector<int> values{1, 2, 3};
static std::mutex mutex;

static int sum() {
#ifdef FIXED
    std::lock_guard<std::mutex> lock(mutex);
#endif
    int total = 0;
    for (int value : values)
        total += value;
    return total;
}

int main() {
    std::thread reader(sum);
    {
        std::lock_guard<std::mutex> lock(mutex);
        values.push_back(4);
    }
    reader.join();
}
