// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two tasks wait for each other's result.
// EXPECT: deadlock
// RUN: deadlock
#include <future>
#include <thread>

int main() {
    std::promise<int> first, second;
    std::shared_future<int> a = first.get_future().share(), b = second.get_future().share();
    std::thread one([&] {
#ifdef FIXED
        first.set_value(1);
        b.wait();
#else
        first.set_value(b.get() + 1);
#endif
    });
    std::thread two([&] { second.set_value(a.get() + 1); });
    one.join();
    two.join();
}
