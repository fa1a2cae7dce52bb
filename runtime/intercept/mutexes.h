// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other interceptors need of mutexes in controlled runs.
#pragma once

#include "runtime/intercept/call.h"

namespace deadheat::intercept {

/// A condition wait gives up the mutex without a step of its own, and takes it back with one. The answer of that lock, as that the
/// owner of a robust mutex has died, is the wait's.
void unlockForWait(Call& call, pthread_mutex_t* mutex, int (*unlock)(pthread_mutex_t*));
int relockAfterWait(Call& call, pthread_mutex_t* mutex, int (*lock)(pthread_mutex_t*));

/// The calling thread has the mutex, at the place of its current wait, if `result` of the lock says so.
void noteTaken(Call& call, pthread_mutex_t* mutex, int result);

/// The calling thread ends: who finds it to be the dead owner of a robust mutex comes after what it did.
void leaveRobustMutexes(const ThreadRecord& self);
/// The robust mutexes of a thread that ends are free for others, who are told that their owner died.
void releaseRobustMutexes(ThreadRecord& self);

} // namespace deadheat::intercept
