// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Owner and thief both take the last task.
// EXPECT: crash assertion
// EXPLORE: --strategy random --schedules 1000
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> head{0}, tail{2};
static std::atomic<int> done[2];

static void execute(int task) { assert(done[task].fetch_add(1) == 0); }

static void own() {
    for (;;) {
        const int task = tail.load() - 1;
        tail.store(task);
        const int first = head.load();
        if (first > task) {
            tail.store(first);
            return;
        }
#ifdef FIXED
        if (first == task) {
            int expected = first;
            const bool mine = head.compare_exchange_strong(expected, first + 1);
            tail.store(first + 1);
            if (!mine)
                return;
        }
#endif
        execute(task);
    }
}

static void steal() {
    int first = head.load();
    if (first < tail.load() && head.compare_exchange_strong(first, first + 1))
        execute(first);
}

int main() {
    std::thread thief(steal);
    own();
    thief.join();
}
