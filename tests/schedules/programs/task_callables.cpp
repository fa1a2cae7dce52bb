// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Anything that can be called can be a task: const, move-only, with arguments, a result or an exception, within another task.
// EXPECT: data-race
#include <deadheat/tasks.h>

#include <cstdlib>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

static int* shared = new int(0);

struct Record {
    int value = 2;
    int twice() const { return 2 * value; }
};

static void require(bool holds) {
    if (!holds)
        std::abort();
}

template <typename Callable>
static constexpr bool isCopyable = std::is_copy_constructible_v<decltype(deadheat::asTask(std::declval<Callable>()))>;

int main() {
    const auto constant = deadheat::asTask([](int a) { return a + 1; });
    auto moveOnly = deadheat::asTask([own = std::make_unique<int>(1)]() mutable { return ++*own; });
    auto counting = deadheat::asTask([count = 0]() mutable { return ++count; });
    const auto member = deadheat::asTask(&Record::twice);
    const auto reference = deadheat::asTask([]() -> int*& { return shared; });
    auto throwing = deadheat::asTask([] { throw std::runtime_error("expected"); });
    auto outer =
        deadheat::asTask([inner = deadheat::asTask([] { return std::make_unique<int>(7); })] { return *inner(); });
    auto first = deadheat::asTask([] { ++*shared; });
    auto second = deadheat::asTask([&] {
#ifdef FIXED
        static int own;
        ++own;
#else
        ++*shared;
#endif
    });

    static_assert(isCopyable<int (*)()> && !isCopyable<std::packaged_task<void()>>);
    static_assert(!std::is_invocable_v<decltype(constant), const char*>);
    require(constant(1) == 2); // by its maker: an ordinary call
    std::thread worker([&, moveOnly = std::move(moveOnly)]() mutable {
        require(constant(1) == 2 && moveOnly() == 2 && counting() == 1 && member(Record()) == 4);
        require(&reference() == &shared && outer() == 7);
        bool caught = false;
        try {
            throwing();
        } catch (const std::runtime_error&) {
            caught = true;
        }
        require(caught);
        first();
        second();
    });
    worker.join();
    *shared += 1;
}
