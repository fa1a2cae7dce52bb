// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each session runs on a strand of its own, and all write one log.
// EXPECT: data-race
#include <asio.hpp>

#include <deadheat/asio.h>

#include <memory>
#include <string>

static std::string journal;

static void session(asio::any_io_executor executor) {
    for (int i = 0; i < 2; ++i)
        asio::post(executor, [own = std::make_unique<int>(i)] { journal += std::to_string(++*own); });
}

int main() {
    asio::thread_pool pool(1);
    const auto first = asio::make_strand(deadheat::tasksOn(pool));
#ifdef FIXED
    const auto second = first;
#else
    const auto second = asio::make_strand(deadheat::tasksOn(pool));
#endif
    session(first);
    session(second);
    pool.join();
    return journal.size() == 4 ? 0 : 1;
}
