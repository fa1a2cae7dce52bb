// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/system_call_waits.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/session.h"
#include "runtime/sched/memory.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

char* appendNumber(char* out, int value) {
    char digits[16];
    std::size_t count = 0;
    do
        digits[count++] = static_cast<char>('0' + value % 10);
    while ((value /= 10) > 0);
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
    return out;
}

bool isOutsidePipe(std::uint64_t inode) {
    for (const std::uint64_t known : control().results.outsidePipes)
        if (known == inode)
            return true;
    return false;
}

/// An anonymous pipe that the run has made; a named one may be open elsewhere.
bool isOwnPipe(int descriptor) {
    struct stat status{};
    char path[64] = "/proc/self/fd/", link[64] = {};
    appendNumber(path + std::strlen(path), descriptor);
    const long length = rawSyscall(SYS_readlinkat, AT_FDCWD, reinterpret_cast<long>(path), reinterpret_cast<long>(link),
                                   sizeof link - 1);
    return length > 0 && std::strncmp(link, "pipe:", 5) == 0 && fstat(descriptor, &status) == 0 &&
           !isOutsidePipe(status.st_ino);
}

/// One end of a socket pair of the run: unnamed, and made by one of its processes.
bool isOwnSocket(int descriptor, bool (*isOfRun)(int pid)) {
    ucred peer{};
    socklen_t bytes = sizeof peer;
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0 &&
           getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &length) == 0 &&
           length == sizeof(sa_family_t) && isOfRun(peer.pid);
}

/// Of a message queue: nobody outside can open it.
bool hasNoName(int descriptor) {
    struct stat status{};
    return fstat(descriptor, &status) == 0 && status.st_nlink == 0;
}

struct SystemCall {
    long number = -1;
    std::uint64_t arguments[6] = {};
};

/// "NUMBER ARGUMENT... STACK PLACE", or "running".
SystemCall parse(const char* text) {
    SystemCall call;
    char* at = nullptr;
    if (text[0] < '0' || text[0] > '9')
        return call;
    call.number = std::strtol(text, &at, 10);
    for (std::uint64_t& argument : call.arguments)
        argument = std::strtoull(at, &at, 16);
    return call;
}

bool waitsOnDescriptor(long number) {
    return number == SYS_read || number == SYS_readv || number == SYS_write || number == SYS_writev ||
           number == SYS_recvfrom || number == SYS_recvmsg || number == SYS_sendto || number == SYS_sendmsg;
}

bool isEndlessFutex(const SystemCall& call) {
    const std::uint64_t command = call.arguments[1] & FUTEX_CMD_MASK;
    const bool waits = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI;
    return waits && call.arguments[3] == 0;
}

void judgeCall(const SystemCall& call, bool (*isOfRun)(int pid), SystemCallWait& wait) {
    const auto first = static_cast<int>(call.arguments[0]);
    if (call.number == SYS_futex) {
        wait.kind = "lock or the like";
        wait.endless = isEndlessFutex(call);
    } else if (call.number == SYS_wait4 || call.number == SYS_waitid) {
        wait.kind = "process";
        wait.endless = true;
    } else if (call.number == SYS_mq_timedsend || call.number == SYS_mq_timedreceive) {
        wait.kind = "message queue";
        wait.object = call.arguments[0];
        wait.endless = call.arguments[4] == 0 && hasNoName(first);
    } else if (waitsOnDescriptor(call.number)) {
        wait.kind = "descriptor";
        wait.object = call.arguments[0];
        wait.endless = isOwnPipe(first) || isOwnSocket(first, isOfRun);
    }
}

std::uint64_t hashOf(const char* text, std::uint64_t hash) {
    for (; *text; ++text)
        hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3ull;
    return hash;
}

} // namespace

long readTaskFile(int tid, const char* name, char* out, std::size_t bytes) {
    char path[96] = "/proc/self/task/";
    std::strcpy(appendNumber(path + std::strlen(path), tid), name);
    const long file = rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    const long length = rawSyscall(SYS_read, file, reinterpret_cast<long>(out), static_cast<long>(bytes - 1));
    rawSyscall(SYS_close, file);
    return length;
}

SystemCallWait systemCallWaitOf(int tid, bool (*isOfRun)(int pid)) {
    char text[2048];
    SystemCallWait wait;
    long length = readTaskFile(tid, "/syscall", text, sizeof text);
    if (length <= 0)
        return wait;
    text[length] = '\0';
    judgeCall(parse(text), isOfRun, wait);
    wait.identity = hashOf(text, 0xcbf29ce484222325ull);
    length = wait.endless ? readTaskFile(tid, "/status", text, sizeof text) : 0;
    if (length > 0) {
        text[length] = '\0';
        const char* switches = std::strstr(text, "voluntary_ctxt_switches:");
        wait.identity = hashOf(switches ? switches : "", wait.identity) | 1;
    }
    return wait;
}

void noteOutsidePipes() {
    sched::Results& results = control().results;
    if (results.outsideNoted.exchange(1, std::memory_order_acq_rel) != 0)
        return;
    for (int descriptor = 0; descriptor < sched::Results::kOutsidePipes; ++descriptor) {
        struct stat status{};
        const bool isPipe = fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
        results.outsidePipes[descriptor] = isPipe ? status.st_ino : 0;
    }
}

} // namespace deadheat::intercept
