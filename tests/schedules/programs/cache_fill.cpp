// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Look-up and insertion are two critical sections: the value is computed twice.
// EXPECT: crash exit-status
#include <map>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::map<int, int> cache;
static int computed;

static int get(int key) {
#ifdef FIXED
    std::lock_guard<std::mutex> whole(mutex);
    if (!cache.count(key)) {
        ++computed;
        cache[key] = key * key;
    }
    return cache[key];
#else
    {
        std::lock_guard<std::mutex> lock(mutex);
        if (cache.count(key))
            return cache[key];
    }
    std::lock_guard<std::mutex> lock(mutex);
    ++computed;
    return cache[key] = key * key;
#endif
}

int main() {
    std::thread other(get, 7);
    get(7);
    other.join();
    return computed == 1 ? 0 : 1;
}
