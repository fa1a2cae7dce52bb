// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The second task uses the first one's result; only the future orders them.
// EXPECT: data-race
#include "task_pool.h"

static int result;

int main() {
    Pool pool(1);
    auto first = pool.submit([] { result = 1; });
#ifdef FIXED
    first.get();
#endif
    auto second = pool.submit([] { result += 1; });
    second.get();
    return result == 2 ? 0 : 1;
}
