// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Watches the order in which the program takes its locks, in every mode, and reports potential deadlocks.
#pragma once

#include "runtime/intercept/thread_record.h"

namespace deadheat::intercept {

/// The thread is about to wait for self.wait's object.
void watchLockOrder(ThreadRecord& self, bool shared);
void noteThreadStarted(const ThreadRecord& parent, const ThreadRecord& child);
void noteThreadJoined(const ThreadRecord& joiner, const ThreadRecord& joined);

void resetLockGraph();

/// Locks in this memory are gone: it was freed, or the lock destroyed.
void forgetLocks(const void* memory, std::size_t bytes);

} // namespace deadheat::intercept
