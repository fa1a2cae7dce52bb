// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each task of a chain waits for the next; there are as many workers as tasks, but one.
// EXPECT: deadlock exhausted-pool
#include "task_pool.h"

int main() {
    std::promise<void> links[2];
#ifdef FIXED
    Pool pool(3);
#else
    Pool pool(2);
#endif
    auto a = pool.submit([&] { links[0].get_future().get(); });
    auto b = pool.submit([&] {
        links[1].get_future().get();
        links[0].set_value();
    });
    auto c = pool.submit([&] { links[1].set_value(); });
    a.get();
    b.get();
    c.get();
}
