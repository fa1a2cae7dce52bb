// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An exception unwinds through the thread's frames while a lock is held by hand.
// EXPECT: deadlock
#include <mutex>
#include <stdexcept>
#include <thread>

static std::mutex mutex;
static int value;

static void check(int seen) {
    if (seen == 1)
        throw std::runtime_error("seen before");
}

static void add() {
    try {
#ifdef FIXED
        std::lock_guard<std::mutex> lock(mutex);
        check(value);
        ++value;
#else
        mutex.lock();
        check(value);
        ++value;
        mutex.unlock();
#endif
    } catch (const std::runtime_error&) {
    }
}

int main() {
    std::thread a(add), b(add), c(add);
    a.join();
    b.join();
    c.join();
}
