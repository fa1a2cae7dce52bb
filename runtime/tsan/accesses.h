// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every access that ThreadSanitizer is told of passes here first (the linker's --wrap redirects the calls the compiler
// inserted), so that it can be a preemption point. When no hook is set, that costs one test and a jump.
#pragma once

#include "runtime/sched/operation.h"

#include <cstddef>
#include <cstdint>

namespace deadheat::tsan {

struct Access {
    /// What the access orders; bits.
    enum Order : std::uint8_t { plain = 0, relaxed = 1, acquire = 2, release = 4 };

    sched::OperationKind kind = sched::OperationKind::load;
    const volatile void* address = nullptr;
    std::size_t bytes = 0;
    unsigned order = plain;
    const volatile void* source = nullptr; ///< a copy reads as many bytes from here
    void* caller = nullptr;
};

/// Is the access to be told to ThreadSanitizer? The answer counts for plain accesses only.
using AccessHook = bool (*)(const Access& access);

/// A function of the C library that the runtime replaces reads eight bytes.
void readHere(const void* address);

/// Null: accesses are not preemption points.
void setAccessHook(AccessHook hook);

/// For a free run, in which no hook will be set: makes the wrappers of plain accesses jump to ThreadSanitizer at once. Only
/// where the processor's code for that is known; a system that allows no writing to code keeps the test for the hook.
void bypassAccessHook();

} // namespace deadheat::tsan
