// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/memory.h"

#include <atomic>
#include <cstdint>

namespace deadheat::sched {
namespace {

constexpr std::size_t kSmallestClass = 16;
constexpr unsigned kClasses = 40;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

struct FreeBlock {
    FreeBlock* next;
};

constinit ChunkSource chunkSource = nullptr;
constinit FreeBlock* freeLists[kClasses] = {};
constinit char* chunkNext = nullptr;
constinit char* chunkEnd = nullptr;
constinit std::atomic<bool> busy{false};

class Lock {
public:
    Lock() {
        while (busy.exchange(true, std::memory_order_acquire)) {
        }
    }
    ~Lock() { busy.store(false, std::memory_order_release); }
};

unsigned classOf(std::size_t bytes) {
    unsigned index = 0;
    for (std::size_t size = kSmallestClass; size < bytes; size *= 2)
        ++index;
    return index;
}

void* carve(std::size_t bytes) {
    if (bytes > kChunkBytes / 4)
        return chunkSource(bytes);
    if (static_cast<std::size_t>(chunkEnd - chunkNext) < bytes) {
        chunkNext = static_cast<char*>(chunkSource(kChunkBytes));
        chunkEnd = chunkNext + kChunkBytes;
    }
    char* block = chunkNext;
    chunkNext += bytes;
    return block;
}

} // namespace

void setChunkSource(ChunkSource source) { chunkSource = source; }

void* allocate(std::size_t bytes) {
    const unsigned index = classOf(bytes);
    Lock lock;
    if (FreeBlock* block = freeLists[index]) {
        freeLists[index] = block->next;
        return block;
    }
    return carve(kSmallestClass << index);
}

void release(void* memory, std::size_t bytes) {
    if (!memory)
        return;
    const unsigned index = classOf(bytes);
    Lock lock;
    auto* block = static_cast<FreeBlock*>(memory);
    block->next = freeLists[index];
    freeLists[index] = block;
}

} // namespace deadheat::sched
