// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A ticket is drawn by a load and a store.
// EXPECT: crash assertion
// EXPECT: livelock
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> nextTicket{0}, serving{0}, inside{0};

static void critical() {
#ifdef FIXED
    const int ticket = nextTicket.fetch_add(1);
#else
    const int ticket = nextTicket.load();
    nextTicket.store(ticket + 1);
#endif
    while (serving.load() != ticket)
        std::this_thread::yield();
    assert(inside.fetch_add(1) == 0);
    inside.fetch_sub(1);
    serving.fetch_add(1);
}

int main() {
    std::thread other(critical);
    critical();
    other.join();
}
