// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks whose code is not part of the program: a class, a pair of functions or a table of function pointers that is only
// declared is taken for what its names say. Bodies, where there are any, always win.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

/// Gives bodies to declared functions that are named like the two halves of a lock (`Mutex::lock` and `unlock`,
/// `stats_lock()` and `stats_unlock()`), and to the constructors and destructors of guards on such locks; turns calls through
/// fields named `lock` and `unlock`, to which the program assigns no function, into the operations. A lock behind a pointer that is
/// tested first (`if (m) lock(m)`) is taken as being there: without it the program says that it has one thread only.
void assumeLocks(ir::Module& code);

} // namespace deadheat::link
