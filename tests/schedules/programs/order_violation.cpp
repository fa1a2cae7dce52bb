// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The thread is started before what it uses is there.
// EXPECT: crash
#include <atomic>
#include <cassert>
#include <thread>

static int value = 1;
static std::atomic<int*> shared{nullptr};

int main() {
#ifdef FIXED
    shared = &value;
#endif
    std::thread user([] {
        int* seen = shared;
        assert(seen != nullptr);
    });
#ifndef FIXED
    shared = &value;
#endif
    user.join();
}
