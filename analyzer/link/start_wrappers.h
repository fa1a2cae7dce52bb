// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that start a thread on what their callers pass: `create_thread(&id, entry, argument)`.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

/// Gives every call that passes such a function a constant entry a copy of it, so that each start is a place of its own: who is
/// started there, how often, and who runs meanwhile. A thread is told by where it is started (Goblint: the thread's create node);
/// a wrapper would make all threads of the program one. Wrappers of wrappers are followed a few levels deep. The function itself
/// goes when nobody calls it any more.
void copyStartWrappers(ir::Module& code);

} // namespace deadheat::link
