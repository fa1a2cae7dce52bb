// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two tasks update one variable; a single worker runs both.
// EXPECT: data-race
#include "task_pool.h"

static int total;
#ifdef FIXED
static std::mutex guard;
#endif

static void add() {
#ifdef FIXED
    std::lock_guard lock(guard);
#endif
    ++total;
}

int main() {
    Pool pool(1);
    pool.post(add);
    pool.post(add);
}
