// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each call of std::async has a thread of its own.
// EXPECT: data-race
#include <future>

static int total;

int main() {
    auto first = std::async(std::launch::async, [] { ++total; });
#ifdef FIXED
    first.get();
#endif
    auto second = std::async(std::launch::async, [] { ++total; });
    second.get();
}
