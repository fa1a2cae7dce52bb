// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock
// EXPECT: livelock
#include <latch>
#include <thread>

int main() {
#ifdef FIXED
    std::latch ready(2);
#else
    std::latch ready(3);
#endif
    std::thread workers[] = {std::thread([&] { ready.count_down(); }), std::thread([&] { ready.count_down(); })};
    ready.wait();
    for (std::thread& worker : workers)
        worker.join();
}
