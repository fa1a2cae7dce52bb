// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two files use the same names for things of their own; only this one has the lock.
#include <mutex>

static std::mutex mutex;
static int count;

void countOneOk() {
    std::lock_guard guard(mutex);
    ++count;
}
