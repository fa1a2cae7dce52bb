// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/os.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

namespace deadheat::intercept {

long rawSyscall(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
    long result = 0;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
#error "Deadheat's runtime knows x86-64 and AArch64"
#endif
}

bool futexWait(std::atomic<std::uint32_t>& word, std::uint32_t expected, int milliseconds) {
    timespec limit{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
    return rawSyscall(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAIT, expected,
                      milliseconds < 0 ? 0 : reinterpret_cast<long>(&limit)) == -ETIMEDOUT;
}

void futexWake(std::atomic<std::uint32_t>& word, int count) {
    rawSyscall(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE, count);
}

void* mapZeroed(std::size_t bytes) {
    const long memory = rawSyscall(SYS_mmap, 0, static_cast<long>(bytes), PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory < 0 && memory > -4096) {
        complain("out of memory");
        endProcess(3);
    }
    return reinterpret_cast<void*>(memory);
}

int currentTid() { return static_cast<int>(rawSyscall(SYS_gettid)); }

std::uint64_t blockedSignals() {
    std::uint64_t mask = 0;
    rawSyscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, reinterpret_cast<long>(&mask), sizeof mask);
    return mask;
}

std::uint64_t monotonicNanoseconds() {
    timespec now{};
    rawSyscall(SYS_clock_gettime, CLOCK_MONOTONIC, reinterpret_cast<long>(&now));
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

namespace {

/// Where the C library keeps the calling thread's id, which it does not ask the kernel for: null when not found.
int* cachedThreadId() {
    constexpr std::size_t kSearched = 512; // words of struct pthread
    auto* words = reinterpret_cast<int*>(pthread_self());
    const int wanted = currentTid();
    for (std::size_t i = 0; i < kSearched; ++i)
        if (words[i] == wanted)
            return words + i;
    return nullptr;
}

} // namespace

long readProcFile(int pid, const char* name, char* out, std::size_t bytes) {
    char path[64] = "/proc/";
    char digits[16];
    std::size_t count = 0;
    for (int rest = pid; rest > 0 || count == 0; rest /= 10)
        digits[count++] = static_cast<char>('0' + rest % 10);
    char* end = path + std::strlen(path);
    while (count > 0)
        *end++ = digits[--count];
    std::strcpy(end, name);
    const long file = rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const long length = rawSyscall(SYS_read, file, reinterpret_cast<long>(out), static_cast<long>(bytes - 1));
    rawSyscall(SYS_close, file);
    return length < 0 ? 0 : length;
}

long forkUnseen() {
    int* const id = cachedThreadId();
    if (!id)
        return reinterpret_cast<int (*)()>(libraryFunction("fork"))();
    void* robustList = nullptr;
    std::size_t robustBytes = 0;
    rawSyscall(SYS_get_robust_list, 0, reinterpret_cast<long>(&robustList), reinterpret_cast<long>(&robustBytes));
    constexpr long kFlags = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
#if defined(__x86_64__)
    const long pid = rawSyscall(SYS_clone, kFlags, 0, 0, reinterpret_cast<long>(id), 0);
#else
    const long pid = rawSyscall(SYS_clone, kFlags, 0, 0, 0, reinterpret_cast<long>(id));
#endif
    if (pid == 0)
        rawSyscall(SYS_set_robust_list, reinterpret_cast<long>(robustList), static_cast<long>(robustBytes));
    return pid;
}

void endProcess(int status) {
    for (;;)
        rawSyscall(SYS_exit_group, status);
}

void complain(const char* what, const char* detail) {
    const char* const parts[] = {"deadheat: ", what, detail, "\n"};
    for (const char* part : parts)
        rawSyscall(SYS_write, 2, reinterpret_cast<long>(part), static_cast<long>(std::strlen(part)));
}

void* libraryFunction(const char* name) {
    void* function = dlsym(RTLD_NEXT, name);
    if (!function) {
        complain("the C library lacks ", name);
        endProcess(3);
    }
    return function;
}

} // namespace deadheat::intercept
