// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/link/accesses.h"

namespace deadheat::link {

/// Whether the access lies in a window of the lock: on every way to it the function gives the lock back, and on every way from there
/// to its end takes it again. Such code was written with the lock in mind, and often has another claim to the datum: its turn in
/// a queue, a mark. A loop that takes the lock once in each round has no window, as it can end without.
bool isInWindow(const WholeProgram& program, const LockOwners& owners, const SharedAccess& access,
                const HeldLock& lock);

} // namespace deadheat::link
