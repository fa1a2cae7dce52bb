// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Updates of an atomic in two steps, in a run that aims at one: a thread loads a value, another thread stores a new one, and the first
// stores what it has made of the old one. No race, so no other detector sees it; the other thread's store is lost.
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/tsan/accesses.h"

namespace deadheat::intercept {

struct AtomicAccess {
    sched::ThreadId thread = sched::kNoThread;
    std::uint64_t when = 0; ///< in order
    std::uint64_t bytes = 0;
    Backtrace where;
};

/// The calling thread, which has the turn, is about to make the access. `targeted`: it is a store that the finding names.
/// Values are compared, so a store of the value that was there before is not seen. Atomics of more than eight bytes are not watched.
void watchSplitUpdates(const ThreadRecord& self, const tsan::Access& access, bool targeted, void* frame);

} // namespace deadheat::intercept
