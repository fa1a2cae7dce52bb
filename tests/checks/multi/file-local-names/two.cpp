// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <mutex>

static std::mutex mutex;
static int count;

void countTwoBad() {
    ++count; // expect: data-race "count"
}
void resetTwo() {
    std::lock_guard guard(mutex);
    count = 0; // partner: data-race
}
