// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/thread_record.h"

namespace deadheat::intercept {

/// `mainStackEnd`: one past the highest address of the main thread's stack.
void prepareThreads(std::uintptr_t mainStackEnd);
void enrolMainThread();
/// The calling thread is the main thread of a program that was executed anew, and takes up the record that it had.
void enrolMainThreadAgain(ThreadRecord& self);
/// The calling thread is about to end.
void threadEnds();
/// One past the highest address of the calling thread's stack, whoever made that thread; slow, and allocates.
std::uintptr_t stackEndOfCaller();

} // namespace deadheat::intercept
