// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/other_threads.h"

#include "runtime/intercept/os.h"

#include <cstdlib>
#include <fcntl.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

/// As getdents64 writes it.
struct Entry {
    std::uint64_t inode;
    std::int64_t next;
    unsigned short bytes;
    unsigned char type;
    char name[1];
};

bool isAsleep(int tid) {
    char text[64];
    const long length = readProcFile(tid, "/syscall", text, sizeof text);
    text[length] = '\0';
    const long number = text[0] >= '0' && text[0] <= '9' ? std::atol(text) : -1;
    return number == SYS_nanosleep || number == SYS_clock_nanosleep;
}

/// `visit` takes the number of each task; as long as it answers true.
template <typename Visit>
bool forEachTask(Visit visit) {
    alignas(Entry) char entries[4096];
    const long folder =
        rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/proc/self/task"), O_RDONLY | O_CLOEXEC);
    bool goOn = folder >= 0;
    for (long bytes = 1; goOn && bytes > 0;) {
        bytes = rawSyscall(SYS_getdents64, folder, reinterpret_cast<long>(entries), sizeof entries);
        for (long at = 0; at < bytes && goOn;) {
            const auto* entry = reinterpret_cast<const Entry*>(entries + at);
            const int tid = std::atoi(entry->name); // 0 for "." and ".."
            goOn = tid <= 0 || visit(tid);
            at += entry->bytes;
        }
    }
    rawSyscall(SYS_close, folder);
    return goOn;
}

/// Where /proc does not tell what threads do, the wait is given up.
constexpr int kLooks = 200;

} // namespace

std::size_t countTasks() {
    std::size_t count = 0;
    forEachTask([&](int) { return ++count, true; });
    return count;
}

void awaitOtherThreadsAsleep() {
    std::atomic<std::uint32_t> nobody{0};
    for (int looks = 0; looks < kLooks && !forEachTask([](int tid) { return tid == currentTid() || isAsleep(tid); });
         ++looks)
        futexWait(nobody, 0, 1);
}

} // namespace deadheat::intercept
