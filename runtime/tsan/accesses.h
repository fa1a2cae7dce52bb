// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every access that ThreadSanitizer is told of passes here first (the linker's --wrap redirects the calls the compiler
// inserted), so that it can be a preemption point. When no hook is set, that costs one test and a jump.
#pragma once

#include "runtime/sched/operation.h"

#include <cstdint>

namespace deadheat::tsan {

using AccessHook = void (*)(sched::OperationKind kind, const volatile void* address, void* caller);

/// Null: accesses are not preemption points.
void setAccessHook(AccessHook hook);

} // namespace deadheat::tsan
