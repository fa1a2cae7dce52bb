// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mmap and System V shared memory in controlled runs: which memory is shared, and which object it is a view of. What mremap
// does is in remapping.cpp.
#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/left_objects.h"
#include "runtime/intercept/shared_memory.h"

#include <climits>
#include <cstdarg>
#include <cstdio>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

namespace deadheat::intercept {
namespace {

/// What a mapping is a view of: a file's device and inode, a segment's id with device kSegment, or nobody else's.
struct Object {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const Object& other) const { return device == other.device && inode == other.inode; }
};
constexpr std::uint64_t kSegment = ~std::uint64_t{0};
constexpr std::uint64_t kAnonymous = ~std::uint64_t{1};

DEADHEAT_SHARED sched::Shared<sched::Vector<Object>> objects;

std::uint32_t numberOfObject(const Object& object) {
    std::size_t index = objects->indexOf(object);
    if (index == objects->size())
        objects->push(object);
    return static_cast<std::uint32_t>(index + 1);
}

std::uint32_t objectOf(int descriptor, bool anonymous) {
    struct stat status{};
    if (anonymous || fstat(descriptor, &status) != 0)
        return numberOfObject({kAnonymous, objects->size()});
    return numberOfObject({status.st_dev, status.st_ino});
}

std::uint64_t wholePages(std::uint64_t bytes) { return (bytes + 4095) & ~std::uint64_t{4095}; }

void noteMapping(void* memory, std::size_t bytes, int flags, int descriptor, std::uint64_t offset) {
    const auto begin = reinterpret_cast<std::uint64_t>(memory);
    const std::uint64_t end = begin + wholePages(bytes);
    const int type = flags & MAP_TYPE;
    if (type == MAP_PRIVATE)
        removeMapping(begin, end);
    else
        addSharedMapping({begin, end, objectOf(descriptor, flags & MAP_ANONYMOUS), offset});
}

bool concerns(int flags) { return (flags & MAP_TYPE) != MAP_PRIVATE || (flags & MAP_FIXED); }

} // namespace

#define DEADHEAT_MMAP(name, offsetType)                                                                                \
    DEADHEAT_INTERCEPT(void*, name, void* at, std::size_t bytes, int protection, int flags, int descriptor,            \
                       offsetType offset) {                                                                            \
        void* memory = forward_##name(at, bytes, protection, flags, descriptor, offset);                               \
        if (memory != MAP_FAILED && concerns(flags) && enter() && controlling())                                       \
            noteMapping(memory, bytes, flags, descriptor, static_cast<std::uint64_t>(offset));                         \
        return memory;                                                                                                 \
    }
DEADHEAT_MMAP(mmap, off_t)
DEADHEAT_MMAP(mmap64, off64_t)

DEADHEAT_INTERCEPT(int, munmap, void* memory, std::size_t bytes) {
    if (enter() && controlling() && tracking())
        removeMapping(reinterpret_cast<std::uint64_t>(memory),
                      reinterpret_cast<std::uint64_t>(memory) + wholePages(bytes));
    return forward_munmap(memory, bytes);
}

/// The C library maps a named semaphore by itself, in each process at another address.
DEADHEAT_INTERCEPT(sem_t*, sem_open, const char* name, int flags, ...) {
    mode_t mode = 0;
    unsigned value = 0;
    if (flags & O_CREAT) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        value = va_arg(rest, unsigned);
        va_end(rest);
    }
    if (!enter())
        return forward_sem_open(name, flags, mode, value);
    bool makes = false;
    const auto open = [=](int how) { return forward_sem_open(name, how, mode, value); };
    sem_t* const semaphore = makeOrOpen(flags, kOpenFlags, SEM_FAILED, makes, open);
    if (makes)
        noteMade(sched::LeftObject::Kind::semaphore, 0, name);
    char path[NAME_MAX + 16];
    std::snprintf(path, sizeof path, "/dev/shm/sem.%s", name + (name[0] == '/'));
    struct stat status{};
    if (semaphore == SEM_FAILED || !controlling() || stat(path, &status) != 0)
        return semaphore;
    const auto begin = reinterpret_cast<std::uint64_t>(semaphore);
    addSharedMapping({begin, begin + sizeof *semaphore, numberOfObject({status.st_dev, status.st_ino}), 0});
    return semaphore;
}

/// Mapped until it has been closed as often as it was opened.
DEADHEAT_INTERCEPT_LIBRARY(int, sem_close, sem_t* semaphore) {
    const int result = library_sem_close()(semaphore);
    const auto begin = reinterpret_cast<std::uint64_t>(semaphore);
    if (enter() && controlling() && msync(reinterpret_cast<void*>(begin & ~std::uint64_t{4095}), 1, MS_ASYNC) != 0)
        removeMapping(begin, begin + sizeof *semaphore);
    return result;
}

DEADHEAT_INTERCEPT_LIBRARY(void*, shmat, int segment, const void* at, int flags) {
    void* memory = library_shmat()(segment, at, flags);
    shmid_ds status{};
    if (reinterpret_cast<long>(memory) == -1 || !enter() || !controlling() || shmctl(segment, IPC_STAT, &status) != 0)
        return memory;
    const auto begin = reinterpret_cast<std::uint64_t>(memory);
    addSharedMapping({begin, begin + wholePages(status.shm_segsz),
                      numberOfObject({kSegment, static_cast<std::uint64_t>(segment)}), 0});
    return memory;
}

} // namespace deadheat::intercept
