// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tasks fill a cache on first use, each thinking that it is the first.
// EXPECT: data-race
#include "task_pool.h"

static int* cache;
#ifdef FIXED
static std::once_flag once;
#endif

static void use() {
#ifdef FIXED
    std::call_once(once, [] { cache = new int(7); });
#else
    if (!cache)
        cache = new int(7);
#endif
    if (*cache != 7)
        std::abort();
}

int main() {
    Pool pool(1);
    pool.post(use);
    pool.post(use);
}
