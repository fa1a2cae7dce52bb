// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race
// EXPECT: mutex-misuse
// EXPLORE: --strategy random --schedules 1000
#include <mutex>
#include <thread>

static std::mutex mutex;
static int value;

static void update() {
#ifdef FIXED
    mutex.lock();
#else
    (void)mutex.try_lock();
#endif
    value = value + 1;
    mutex.unlock();
}

int main() {
    std::thread other(update);
    update();
    other.join();
}
