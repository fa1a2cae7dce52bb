// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory for code that runs inside the tested program's hooks, where the program's own allocator must not be entered.
// Size classes of powers of two over chunks from a source that the embedding sets once (mmap inside a program, malloc in
// the launcher and in tests). Safe from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
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

/// A global object that is never constructed nor destroyed at run time, because hooks run before the first constructor
/// and after the last destructor. All-zero memory must be a valid, empty T. Such objects hold the state of a run, which may
/// have several processes: they lie in a section of their own, which the embedding replaces by memory that the processes
/// share, at one address in all of them, whatever program they run. What they own comes from allocate(), which it then
/// serves likewise.
extern std::ptrdiff_t displacement; ///< from the section to the memory in its place
template <typename T>
class Shared {
public:
    T* operator->() { return reinterpret_cast<T*>(reinterpret_cast<std::intptr_t>(bytes_) + displacement); }
    T& operator*() { return *operator->(); }

private:
    alignas(T) unsigned char bytes_[sizeof(T)] = {};
};
#define DEADHEAT_SHARED constinit __attribute__((section("deadheat_shared")))
/// The other kind: each process has its own, inherited by fork. Every global is marked as one of the two (a test holds it),
/// because one that should be shared and is not goes unnoticed until a program forks.
#define DEADHEAT_PER_PROCESS constinit

/// How much memory all Shared objects take.
std::size_t sharedBytes();
/// Puts other memory, aligned to a page, in the place of all Shared objects.
void placeSharedAt(void* memory);

} // namespace deadheat::sched
