// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two fields that belong together are updated under two locks.
// EXPECT: crash assertion
#include <cassert>
#include <mutex>
#include <thread>

class Range {
public:
    void set(int low, int high) {
#ifdef FIXED
        std::scoped_lock lock(lowMutex_, highMutex_);
        low_ = low;
        high_ = high;
#else
        {
            std::lock_guard<std::mutex> lock(lowMutex_);
            low_ = low;
        }
        std::lock_guard<std::mutex> lock(highMutex_);
        high_ = high;
#endif
    }
    bool valid() {
        std::scoped_lock lock(lowMutex_, highMutex_);
        return low_ <= high_;
    }

private:
    std::mutex lowMutex_, highMutex_;
    int low_ = 0, high_ = 1;
};

int main() {
    Range range;
    std::thread other([&] { assert(range.valid()); });
    range.set(5, 6);
    other.join();
}
