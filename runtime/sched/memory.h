// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory for code that runs inside the tested program's hooks, where the program's own allocator must not be entered.
// Size classes of powers of two over chunks from a source that the embedding sets once (mmap inside a program, malloc in
// the launcher and in tests). Safe from several threads.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace deadheat::sched {

/// Returns `bytes` of memory aligned to 16; never fails (it ends the process instead).
using ChunkSource = void* (*)(std::size_t bytes);

void setChunkSource(ChunkSource source);
void* allocate(std::size_t bytes);
void release(void* memory, std::size_t bytes);

template <typename T, typename... Args>
T* create(Args&&... args) {
    return new (allocate(sizeof(T))) T(std::forward<Args>(args)...);
}

template <typename T>
void destroy(T* object) {
    object->~T();
    release(object, sizeof(T));
}

#if defined(__aarch64__)
inline constexpr std::size_t kSharedPage = 65536;
#else
inline constexpr std::size_t kSharedPage = 4096;
#endif

/// A global object that is never constructed nor destroyed at run time, because hooks run before the first constructor
/// and after the last destructor. All-zero memory must be a valid, empty T. Such objects hold the state of a run, which may
/// have several processes: they lie in a section of their own, each on pages of its own, so that the embedding can put
/// memory there that the processes share. What they own comes from allocate(), which it then serves likewise.
template <typename T>
class alignas(kSharedPage) Shared {
public:
    T* operator->() { return reinterpret_cast<T*>(bytes_); }
    T& operator*() { return *operator->(); }

private:
    alignas(T) unsigned char bytes_[sizeof(T)] = {};
};
#define DEADHEAT_SHARED constinit __attribute__((section("deadheat_shared")))
/// The other kind: each process has its own, inherited by fork. Every global is marked as one of the two (a test holds it),
/// because one that should be shared and is not goes unnoticed until a program forks.
#define DEADHEAT_PER_PROCESS constinit

/// The section with all Shared objects.
struct SharedSection {
    void* begin;
    std::size_t bytes;
};
SharedSection sharedSection();

} // namespace deadheat::sched
