// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race
// EXPLORE: --strategy random --schedules 1000
#include <atomic>
#include <mutex>
#include <thread>

struct Config {
    int value = 42;
};
static std::mutex mutex;
#ifdef FIXED
static std::atomic<Config*> instance{nullptr};
#else
static Config* instance = nullptr;
#endif

static int get() {
    Config* seen = instance;
    if (!seen) {
        std::lock_guard<std::mutex> lock(mutex);
        seen = instance;
        if (!seen)
            instance = seen = new Config;
    }
    return seen->value;
}

int main() {
    std::thread other(get);
    get();
    other.join();
    delete static_cast<Config*>(instance);
}
