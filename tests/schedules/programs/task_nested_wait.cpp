// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A task waits for a task of its own pool, whose only worker it occupies.
// EXPECT: deadlock exhausted-pool
#include "task_pool.h"

int main() {
#ifdef FIXED
    Pool pool(2);
#else
    Pool pool(1);
#endif
    auto outer = pool.submit([&] {
        auto inner = pool.submit([] {});
        inner.get();
    });
    outer.get();
}
