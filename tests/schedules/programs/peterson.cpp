// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Peterson's lock with its two stores in the wrong order.
// EXPECT: crash assertion
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pct --schedules 1000
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<bool> wants[2];
static std::atomic<int> turn{0};
static std::atomic<int> inside{0};

static void enter(int self) {
#ifdef FIXED
    wants[self] = true;
    turn = 1 - self;
#else
    turn = 1 - self;
    wants[self] = true;
#endif
    while (wants[1 - self] && turn == 1 - self)
        std::this_thread::yield();
}

static void critical(int self) {
    enter(self);
    assert(inside.fetch_add(1) == 0);
    inside.fetch_sub(1);
    wants[self] = false;
}

int main() {
    std::thread other(critical, 1);
    critical(0);
    other.join();
}
