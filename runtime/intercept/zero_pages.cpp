// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/zero_pages.h"

#include "runtime/intercept/os.h"

#include <cstddef>
#include <cstdint>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// Defined by the linker.
extern "C" char __bss_start[] __attribute__((visibility("hidden")));
extern "C" char _end[] __attribute__((visibility("hidden")));

namespace deadheat::intercept {
namespace {

constexpr std::size_t kPagesAtATime = 1024;

bool isZero(std::uintptr_t page, std::size_t bytes) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(page);
    for (std::size_t i = 0; i < bytes / sizeof *words; ++i)
        if (words[i] != 0)
            return false;
    return true;
}

/// `present`: one byte for each page, odd when it is in memory; to read another one would only bring it in.
void returnZeroPages(std::uintptr_t begin, std::size_t pages, std::size_t bytes, const unsigned char* present) {
    for (std::size_t i = 0; i < pages;) {
        std::size_t end = i;
        while (end < pages && (present[end] & 1) && isZero(begin + end * bytes, bytes))
            ++end;
        if (end > i)
            rawSyscall(SYS_madvise, static_cast<long>(begin + i * bytes), static_cast<long>((end - i) * bytes),
                       MADV_DONTNEED);
        i = end + 1;
    }
}

} // namespace

void returnZeroPages() {
    const std::size_t bytes = getauxval(AT_PAGESZ);
    // The first page may have initialised data of the file before it; the last one ends the mapping.
    std::uintptr_t at = (reinterpret_cast<std::uintptr_t>(__bss_start) + bytes - 1) / bytes * bytes;
    const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(_end) / bytes * bytes;
    unsigned char present[kPagesAtATime];
    while (at < end) {
        const std::size_t left = (end - at) / bytes;
        const std::size_t pages = left < kPagesAtATime ? left : kPagesAtATime;
        if (rawSyscall(SYS_mincore, static_cast<long>(at), static_cast<long>(pages * bytes),
                       reinterpret_cast<long>(present)) == 0)
            returnZeroPages(at, pages, bytes, present);
        at += pages * bytes;
    }
}

} // namespace deadheat::intercept
