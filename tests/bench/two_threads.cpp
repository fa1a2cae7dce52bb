// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body that explore_speed.py times: two threads, ten steps. `library N`: N schedules of it in this process. `fork N`: N
// children that end at once, for what the kernel takes for a process of ThreadSanitizer's.
#include <deadheat/explore.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

void body() {
    std::mutex mutex;
    int value = 0;
    std::thread other([&] {
        std::lock_guard lock(mutex);
        ++value;
    });
    {
        std::lock_guard lock(mutex);
        ++value;
    }
    other.join();
}

/// As the system calls are, without what ThreadSanitizer does around fork. Returns how many were made.
std::uint64_t forkEmpty(std::uint64_t wanted) {
    for (std::uint64_t i = 0; i < wanted; ++i) {
        const long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (child == 0)
            syscall(SYS_exit_group, 0);
        int status = 0;
        syscall(SYS_wait4, child, &status, 0, 0);
    }
    return wanted;
}

} // namespace

int main(int count, char** arguments) {
    if (count < 3)
        return body(), 0;
    const std::uint64_t wanted = std::strtoull(arguments[2], nullptr, 10);
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t done = std::string(arguments[1]) == "fork"
                                   ? forkEmpty(wanted)
                                   : deadheat::explore({.schedules = wanted}, body).schedules;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.0f\n", static_cast<double>(done) / seconds.count());
    return done == wanted ? 0 : 1;
}
