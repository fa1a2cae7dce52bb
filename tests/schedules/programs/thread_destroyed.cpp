// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A joinable thread is destroyed on the path on which something was already done.
// EXPECT: crash abort
#include <atomic>
#include <thread>

static std::atomic<bool> done{false};

static void start() {
    std::thread worker([] { done = true; });
#ifndef FIXED
    if (done)
        return;
#endif
    worker.join();
}

int main() { start(); }
