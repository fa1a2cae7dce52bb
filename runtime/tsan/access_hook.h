// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared by the wrappers of plain and of atomic accesses.
#pragma once

#include "runtime/tsan/accesses.h"

namespace deadheat::tsan {

extern AccessHook accessHook;

#define DEADHEAT_WRAPPER extern "C" __attribute__((visibility("default")))

inline bool announce(sched::OperationKind kind, const volatile void* address, std::size_t bytes, unsigned order,
                     void* caller, const volatile void* source = nullptr) {
    if (__builtin_expect(accessHook != nullptr, false))
        return accessHook(Access{kind, address, bytes, order, source, caller});
    return true;
}

} // namespace deadheat::tsan
