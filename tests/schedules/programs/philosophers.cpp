// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Three philosophers, each takes the left fork first.
// EXPECT: deadlock lock-cycle
// EXPECT: lock-order
#include <mutex>
#include <thread>

static std::mutex forks[3];

static void dine(int seat) {
    int first = seat, second = (seat + 1) % 3;
#ifdef FIXED
    if (first > second)
        std::swap(first, second);
#endif
    std::lock_guard<std::mutex> one(forks[first]);
    std::lock_guard<std::mutex> other(forks[second]);
}

int main() {
    std::thread seats[] = {std::thread(dine, 0), std::thread(dine, 1), std::thread(dine, 2)};
    for (std::thread& seat : seats)
        seat.join();
}
