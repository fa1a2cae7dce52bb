// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A completion latch orders the tasks' results before their use; each task has a result of its own.
// EXPECT: data-race
#include "task_pool.h"

#include <latch>

int main() {
    int results[3] = {};
    std::latch done(3);
    Pool pool(1);
    for (int i = 0; i < 3; ++i)
        pool.post([&, i] {
#ifdef FIXED
            results[i] += i;
#else
            results[0] += i;
#endif
            done.count_down();
        });
    done.wait();
    return results[0] + results[1] + results[2] == 3 ? 0 : 1;
}
