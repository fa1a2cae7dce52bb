// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A test for the hook and a jump cost a sixth of what ThreadSanitizer itself needs for an access to memory that it has just seen;
// a jump alone costs half of that. A free run begins before the program has code of its own to run, so nobody executes the
// wrappers while they are rewritten.
#include "runtime/tsan/accesses.h"

#include <cstdint>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

#define DEADHEAT_ACCESS(name, kind, bytes)                                                                             \
    extern "C" void __real___tsan_##name(void*);                                                                       \
    extern "C" void __wrap___tsan_##name(void*);
#include "runtime/tsan/accesses.def"
#undef DEADHEAT_ACCESS

namespace deadheat::tsan {

#if defined(__x86_64__)
namespace {

struct Row {
    void (*wrapper)(void*);
    void (*original)(void*);
};
constexpr Row kRows[] = {
#define DEADHEAT_ACCESS(name, kind, bytes) {__wrap___tsan_##name, __real___tsan_##name},
#include "runtime/tsan/accesses.def"
#undef DEADHEAT_ACCESS
};

/// jmp to a distance of 32 bits.
constexpr unsigned char kJump = 0xe9;
constexpr std::size_t kJumpBytes = 5;

void writeJump(std::uintptr_t from, std::uintptr_t to) {
    const auto distance = static_cast<std::int32_t>(to - (from + kJumpBytes));
    auto* code = reinterpret_cast<unsigned char*>(from);
    code[0] = kJump;
    std::memcpy(code + 1, &distance, sizeof distance);
}

} // namespace

void bypassAccessHook() {
    std::uintptr_t begin = ~std::uintptr_t{0}, end = 0;
    for (const Row& row : kRows) {
        const auto at = reinterpret_cast<std::uintptr_t>(row.wrapper);
        begin = at < begin ? at : begin;
        end = at + kJumpBytes > end ? at + kJumpBytes : end;
    }
    begin &= ~static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE) - 1);
    if (mprotect(reinterpret_cast<void*>(begin), end - begin, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return;
    for (const Row& row : kRows)
        writeJump(reinterpret_cast<std::uintptr_t>(row.wrapper), reinterpret_cast<std::uintptr_t>(row.original));
    mprotect(reinterpret_cast<void*>(begin), end - begin, PROT_READ | PROT_EXEC);
}
#else
void bypassAccessHook() {}
#endif

} // namespace deadheat::tsan
