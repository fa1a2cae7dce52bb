// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A consumer polls an event counter that the producer writes before the item is there.
// EXPECT: data-race
// EXPECT: crash exit-status
// EXPLORE: --strategy random --schedules 500
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

static int item;

int main() {
    const int counter = eventfd(0, 0);
    std::thread consumer([=] {
        pollfd wanted{counter, POLLIN, 0};
        while (poll(&wanted, 1, 1000) == 0) {
        }
        std::uint64_t value = 0;
        read(counter, &value, sizeof value);
        if (item != 7)
            _exit(3);
    });
    const std::uint64_t one = 1;
#ifdef FIXED
    item = 7;
    write(counter, &one, sizeof one);
#else
    write(counter, &one, sizeof one);
    item = 7;
#endif
    consumer.join();
    close(counter);
    return 0;
}
