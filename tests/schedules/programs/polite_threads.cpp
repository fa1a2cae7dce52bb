// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each waits for the other to go first.
// EXPECT: livelock
#include <atomic>
#include <thread>

static std::atomic<bool> first[2];

static void walk(int self) {
    first[self] = true;
    while (first[1 - self]) {
#ifdef FIXED
        if (self == 0)
            break;
#endif
        std::this_thread::yield();
    }
    first[self] = false;
}

int main() {
    std::thread other(walk, 1);
    walk(0);
    other.join();
}
