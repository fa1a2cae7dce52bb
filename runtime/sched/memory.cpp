// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/memory.h"

#include <atomic>
#include <cstdint>

// The linker defines these for a section whose name is an identifier.
extern "C" char __start_deadheat_shared[] __attribute__((visibility("hidden")));
extern "C" char __stop_deadheat_shared[] __attribute__((visibility("hidden")));

namespace deadheat::sched {
namespace {

constexpr std::size_t kSmallestClass = 16;
constexpr unsigned kClasses = 40;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

struct FreeBlock {
    FreeBlock* next;
};

DEADHEAT_PER_PROCESS ChunkSource chunkSource = nullptr;

struct Heap {
    FreeBlock* freeLists[kClasses];
    char* chunkNext;
    char* chunkEnd;
    std::atomic<bool> busy;
};
DEADHEAT_SHARED Shared<Heap> heap;

class Lock {
public:
    Lock() {
        while (heap->busy.exchange(true, std::memory_order_acquire)) {
        }
    }
    ~Lock() { heap->busy.store(false, std::memory_order_release); }
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
    if (static_cast<std::size_t>(heap->chunkEnd - heap->chunkNext) < bytes) {
        heap->chunkNext = static_cast<char*>(chunkSource(kChunkBytes));
        heap->chunkEnd = heap->chunkNext + kChunkBytes;
    }
    char* block = heap->chunkNext;
    heap->chunkNext += bytes;
    return block;
}

} // namespace

DEADHEAT_PER_PROCESS std::ptrdiff_t displacement = 0;

std::size_t sharedBytes() { return static_cast<std::size_t>(__stop_deadheat_shared - __start_deadheat_shared); }
void placeSharedAt(void* memory) { displacement = static_cast<char*>(memory) - __start_deadheat_shared; }

void setChunkSource(ChunkSource source) { chunkSource = source; }

void* allocate(std::size_t bytes) {
    const unsigned index = classOf(bytes);
    Lock lock;
    if (FreeBlock* block = heap->freeLists[index]) {
        heap->freeLists[index] = block->next;
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
    block->next = heap->freeLists[index];
    heap->freeLists[index] = block;
}

} // namespace deadheat::sched
