// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An edge-triggered reader takes one event of an event counter in semaphore mode and waits for an edge that has passed.
// EXPECT: deadlock
#include <cstdint>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

constexpr int kItems = 2;

int main() {
    const int counter = eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK);
    const int watch = epoll_create1(0);
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLET;
    epoll_ctl(watch, EPOLL_CTL_ADD, counter, &wanted);
    std::thread consumer([=] {
        for (int taken = 0; taken < kItems;) {
            epoll_event event{};
            if (epoll_wait(watch, &event, 1, -1) != 1)
                continue;
            std::uint64_t one = 0;
#ifdef FIXED
            while (read(counter, &one, sizeof one) == sizeof one)
                ++taken;
#else
            if (read(counter, &one, sizeof one) == sizeof one)
                ++taken;
#endif
        }
    });
    const std::uint64_t one = 1;
    for (int i = 0; i < kItems; ++i)
        write(counter, &one, sizeof one);
    consumer.join();
    close(watch);
    close(counter);
}
