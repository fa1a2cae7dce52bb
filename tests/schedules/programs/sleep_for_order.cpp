// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A sleep stands in for an order. The sleeper may well be the first.
// EXPECT: data-race
#include <chrono>
#include <future>
#include <thread>

static int configuration;

int main() {
    std::promise<void> ready;
    std::thread reader([&] {
#ifdef FIXED
        ready.get_future().wait();
#else
        std::this_thread::sleep_for(std::chrono::seconds(5));
#endif
        [[maybe_unused]] const volatile int seen = configuration;
    });
    configuration = 1;
    ready.set_value();
    reader.join();
}
