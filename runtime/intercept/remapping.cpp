// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mremap, which ThreadSanitizer does not know. What it remembers of a place would be held against the memory that comes to
// lie there, so the place is first taken by its own mmap, which forgets, and given back by its own munmap.
#include "runtime/intercept/call.h"
#include "runtime/intercept/shared_memory.h"

#include <cerrno>
#include <cstdarg>
#include <sys/mman.h>

extern "C" void* forward_mmap_to_remap(void* at, std::size_t bytes, int protection, int flags, int descriptor,
                                       off_t offset) __asm__("__interceptor_mmap");
extern "C" int forward_munmap_to_remap(void* memory, std::size_t bytes) __asm__("__interceptor_munmap");

namespace deadheat::intercept {
namespace {

constexpr std::uintptr_t kPage = 4096;

struct Remapping {
    std::uintptr_t from;
    std::size_t fromBytes;
    std::size_t toBytes;
    int flags;
    void* to; ///< with MREMAP_FIXED

    bool inPlace() const { return fromBytes != 0 && !(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)); }
    /// The kernel refuses others before it takes away what lies at `to`.
    bool isValid() const {
        const auto target = reinterpret_cast<std::uintptr_t>(to);
        const bool apart = target + toBytes <= from || from + fromBytes <= target;
        if (toBytes == 0 || from % kPage || !(flags & MREMAP_MAYMOVE))
            return false;
        if (flags & MREMAP_DONTUNMAP && fromBytes != toBytes)
            return false;
        return !(flags & MREMAP_FIXED) || (target % kPage == 0 && apart);
    }
};

using Remap = void* (*)(void*, std::size_t, std::size_t, int, ...);
void* remap(const Remapping& wanted, int flags, void* to) {
    static const auto library = reinterpret_cast<Remap>(libraryFunction("mremap"));
    return library(reinterpret_cast<void*>(wanted.from), wanted.fromBytes, wanted.toBytes, flags, to);
}

void* reserve(void* at, std::size_t bytes, int how) {
    return forward_mmap_to_remap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | how, -1, 0);
}

/// Nothing is mapped in the range, or it is another thread's by now, made known by mmap.
void forget(std::uintptr_t begin, std::uintptr_t end) {
    const int error = errno;
    auto* const memory = reinterpret_cast<void*>(begin);
    if (begin < end && reserve(memory, end - begin, MAP_FIXED_NOREPLACE) == memory)
        forward_munmap_to_remap(memory, end - begin);
    errno = error;
}

void* resizeInPlace(const Remapping& wanted, int flags) {
    forget(wanted.from + wanted.fromBytes, wanted.from + wanted.toBytes);
    void* const result = remap(wanted, flags, nullptr);
    if (result != MAP_FAILED)
        forget(wanted.from + wanted.toBytes, wanted.from + wanted.fromBytes);
    return result;
}

void* moveAway(const Remapping& wanted) {
    const bool fixed = wanted.flags & MREMAP_FIXED;
    void* const place = reserve(fixed ? wanted.to : nullptr, wanted.toBytes, fixed ? MAP_FIXED : 0);
    if (place == MAP_FAILED)
        return place;
    void* const result = remap(wanted, wanted.flags | MREMAP_FIXED, place);
    if (result == MAP_FAILED) {
        const int error = errno;
        forward_munmap_to_remap(place, wanted.toBytes);
        errno = error;
    } else if (!(wanted.flags & MREMAP_DONTUNMAP)) {
        forget(wanted.from, wanted.from + wanted.fromBytes);
    }
    return result;
}

void* perform(const Remapping& wanted) {
    if (wanted.inPlace()) {
        void* const result = resizeInPlace(wanted, wanted.flags & ~MREMAP_MAYMOVE);
        if (result != MAP_FAILED || errno != ENOMEM || !(wanted.flags & MREMAP_MAYMOVE))
            return result;
    }
    return wanted.isValid() ? moveAway(wanted) : remap(wanted, wanted.flags, wanted.to);
}

void note(const Remapping& done, void* result) {
    const auto to = reinterpret_cast<std::uint64_t>(result);
    if (done.fromBytes == 0 || done.flags & MREMAP_DONTUNMAP)
        duplicateMapping(done.from, done.fromBytes, to, done.toBytes);
    else
        moveMapping(done.from, done.fromBytes, to, done.toBytes);
}

} // namespace

DEADHEAT_EXPORT void* intercept_mremap(void*, std::size_t, std::size_t, int, ...) __asm__("mremap");
DEADHEAT_EXPORT void* intercept_mremap(void* from, std::size_t fromBytes, std::size_t toBytes, int flags, ...) {
    void* to = nullptr;
    if (flags & MREMAP_FIXED) {
        va_list rest;
        va_start(rest, flags);
        to = va_arg(rest, void*);
        va_end(rest);
    }
    const auto pages = [](std::size_t bytes) { return (bytes + kPage - 1) & ~(kPage - 1); };
    const Remapping wanted{reinterpret_cast<std::uintptr_t>(from), pages(fromBytes), pages(toBytes), flags, to};
    if (!enter())
        return remap(wanted, flags, to);
    void* const result = perform(wanted);
    if (result != MAP_FAILED && controlling() && tracking())
        note(wanted, result);
    return result;
}

} // namespace deadheat::intercept
