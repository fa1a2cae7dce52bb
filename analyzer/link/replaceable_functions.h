// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Library functions that a program may replace: `void* (*allocate)(size_t) = malloc;`.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

/// Makes calls through a global function pointer calls of the library function that it holds, where the program itself stores no
/// other function there, nor gives one to a function that stores it there. What a user puts in its place does the same, or the program would not work. So a hook for the allocator
/// gives every caller an object of its own, as `malloc` does.
///
/// Limits: a function that reaches the pointer by way of several calls is not seen; a pointer in an object that is not global (`context->allocate`) is left to points-to.
void callReplaceableFunctions(ir::Module& code);

} // namespace deadheat::link
