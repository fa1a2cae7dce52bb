// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// System calls that neither the program's interceptors nor ThreadSanitizer can see. Linux.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace deadheat::intercept {

/// Negative errno on failure.
long rawSyscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);

/// Sleeps while `word` is `expected`; at most `milliseconds` when not negative: true when those have passed. May return
/// early. The word may lie in memory that processes share.
bool futexWait(std::atomic<std::uint32_t>& word, std::uint32_t expected, int milliseconds = -1);
void futexWake(std::atomic<std::uint32_t>& word, int count = 1);

void* mapZeroed(std::size_t bytes);
int currentTid();
/// The signals that the kernel holds back from the calling thread, as bits.
std::uint64_t blockedSignals();
std::uint64_t monotonicNanoseconds();
[[noreturn]] void endProcess(int status);
/// One line on standard error, for what cannot be reported otherwise.
void complain(const char* what, const char* detail = "");

/// A small file of /proc/PID, as in "/stat"; returns its length.
long readProcFile(int pid, const char* name, char* out, std::size_t bytes);

/// fork without what the C library and ThreadSanitizer do around it: they take all their locks, for which ThreadSanitizer
/// writes to megabytes that the child must then copy, and it starts its background thread again. For a process in which no other
/// thread runs than that one, which holds no lock for longer than it takes to look at the clock.
long forkUnseen();

/// The C library's own definition of a function that is intercepted here and not by ThreadSanitizer.
void* libraryFunction(const char* name);

} // namespace deadheat::intercept
