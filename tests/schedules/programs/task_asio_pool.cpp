// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handlers of a pool with one thread share a sum; what one of them posts or waits for comes after it, what it dispatches is its own.
// EXPECT: data-race
#include <asio.hpp>

#include <deadheat/asio.h>

#include <latch>
#include <mutex>
#include <string>

static int sum;
#ifdef FIXED
static std::mutex guard;
#endif

static void add() {
#ifdef FIXED
    std::lock_guard lock(guard);
#endif
    ++sum;
}

int main() {
    asio::thread_pool pool(1);
    const auto executor = deadheat::tasksOn(pool);

    std::latch done(2);
    asio::post(executor, [&, text = std::make_unique<std::string>(100, 'a')] {
        add();
        asio::dispatch(executor, [&] { *text += "b"; });
        *text += "c";
        asio::post(executor, [&, text = std::move(*text)]() mutable {
            text += "d";
            done.count_down();
        });
    });
    std::future<std::string> result = asio::post(executor, asio::use_future([] { return std::string(100, 'e'); }));
    asio::post(executor, [&, text = result.get()]() mutable {
        text += "f";
        add();
        done.count_down();
    });
    done.wait();
    pool.join();
    return sum == 2 ? 0 : 1;
}
