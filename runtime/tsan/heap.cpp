// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/heap.h"

extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void* memory);

namespace deadheat::tsan {
namespace {

constinit FreeHook freeHook = nullptr;

} // namespace

void setFreeHook(FreeHook hook) { freeHook = hook; }

extern "C" __attribute__((visibility("default"))) void __sanitizer_free_hook(const volatile void* memory) {
    if (!freeHook || !memory)
        return;
    if (const std::size_t bytes = __sanitizer_get_allocated_size(memory))
        freeHook(const_cast<const void*>(memory), bytes);
}

} // namespace deadheat::tsan
