// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that make an object and hand it out through a parameter: `status = mutex_create(&connection->mutex)`.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

/// Gives every call of such a function a copy of it, so that what each call makes is an object of its own, as for functions that return
/// what they make (allocation_wrappers.h). Factories that call factories are followed a few levels deep. The function itself goes
/// when nobody calls it any more.
void copyFactories(ir::Module& code);

} // namespace deadheat::link
