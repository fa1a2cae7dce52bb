// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pool is told to stop while work is queued, and drops it.
// EXPECT: crash
#include "task_pool.h"

#include <atomic>
#include <cassert>

static std::atomic<int> done{0};

int main() {
    std::atomic<bool> cancelled{false};
    {
        Pool pool(1);
        for (int i = 0; i < 3; ++i)
            pool.post([&] {
                if (!cancelled)
                    ++done;
            });
#ifndef FIXED
        cancelled = true;
#endif
    }
    assert(done == 3);
}
