// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A detached thread works on a local variable of the function that started it.
// EXPECT: data-race
// EXPECT: unjoined-thread
#include <semaphore>
#include <thread>

static std::binary_semaphore finished{0};

static int begin() {
    int result = 0;
    std::thread worker([&result] {
        result = 42;
        finished.release();
    });
    worker.detach();
#ifdef FIXED
    finished.acquire();
#endif
    return result;
}

static int overwrite() {
    volatile int other[64] = {};
    return other[7];
}

int main() {
    begin();
    overwrite();
#ifndef FIXED
    finished.acquire();
#endif
}
