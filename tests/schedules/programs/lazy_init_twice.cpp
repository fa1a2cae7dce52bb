// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No race, but the object is made twice.
// EXPECT: crash assertion
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>

static std::atomic<int> made{0};
static std::atomic<bool> ready{false};
static std::once_flag once;

static void ensure() {
#ifdef FIXED
    std::call_once(once, [] { assert(made.fetch_add(1) == 0); });
#else
    if (!ready) {
        assert(made.fetch_add(1) == 0);
        ready = true;
    }
#endif
}

int main() {
    std::thread other(ensure);
    ensure();
    other.join();
}
