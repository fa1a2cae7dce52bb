// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Visits are counted in two steps, each atomic. In the fixed program a lock makes one of them; that a compare-exchange of another
// thread comes in between, but stores nothing, loses no visit.
#include <atomic>
#include <mutex>
#include <thread>

static std::atomic<int> visits{0};
static std::mutex gate;

static void visit() {
#ifdef FIXED
    std::lock_guard guard(gate);
#endif
    const int before = visits.load();
    visits.store(before + 1);
}

static void reset() {
    int negative = -1;
    visits.compare_exchange_strong(negative, 0);
}

int main() {
    std::thread first(visit), second(visit), third(reset);
    first.join();
    second.join();
    third.join();
    return visits == 2 ? 0 : 1;
}
