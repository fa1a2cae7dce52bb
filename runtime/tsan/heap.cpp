// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/heap.h"
#include "runtime/sched/memory.h"

extern "C" {
std::size_t __sanitizer_get_allocated_size(const volatile void* memory);
int __sanitizer_install_malloc_and_free_hooks(void (*onAllocate)(const volatile void*, std::size_t),
                                              void (*onFree)(const volatile void*));
}

namespace deadheat::tsan {
namespace {

DEADHEAT_PER_PROCESS FreeHook freeHook = nullptr;

void onAllocate(const volatile void*, std::size_t) {}

void onFree(const volatile void* memory) {
    if (!memory)
        return;
    if (const std::size_t bytes = __sanitizer_get_allocated_size(memory))
        freeHook(const_cast<const void*>(memory), bytes);
}

} // namespace

// Installed and not defined as __sanitizer_free_hook, which is the program's to define.
void setFreeHook(FreeHook hook) {
    if (!freeHook)
        __sanitizer_install_malloc_and_free_hooks(onAllocate, onFree);
    freeHook = hook;
}

} // namespace deadheat::tsan
