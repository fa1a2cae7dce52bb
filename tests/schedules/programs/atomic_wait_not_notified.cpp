// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A flag that others wait for with std::atomic::wait is set without a notification.
// EXPECT: deadlock
// EXPLORE: --strategy pct --schedules 1000
// EXPLORE: --strategy random --schedules 1000
// EXPLORE: --strategy pos --schedules 1000
#include <atomic>
#include <thread>

static std::atomic<bool> ready{false};
static std::atomic<int> prepared{0};

int main() {
    std::thread waiter([] { ready.wait(false); });
    while (++prepared < 20) {
    }
    ready = true;
#ifdef FIXED
    ready.notify_all();
#endif
    waiter.join();
}
