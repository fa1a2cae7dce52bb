// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Main runs the handlers of a context, timers among them, and goes on after them; each handler has a result of its own.
// EXPECT: data-race
#include <asio.hpp>

#include <deadheat/asio.h>

#include <vector>

int main() {
    asio::io_context context;
    const auto executor = deadheat::tasksOn(context);
    std::vector<int> results(3);

    asio::steady_timer timer(executor, std::chrono::milliseconds(1));
    timer.async_wait([&](asio::error_code) { results[0] += 1; });
    for (int i = 1; i < 3; ++i)
        asio::post(executor, [&, i] {
#ifdef FIXED
            results[i] += 1;
#else
            results[1] += i;
#endif
        });
    context.run();
    results[0] += results[1] + results[2];

    context.restart();
    asio::post(executor, [&] { results[0] += 1; });
    context.run();
    return results[0] == 4 ? 0 : 1;
}
