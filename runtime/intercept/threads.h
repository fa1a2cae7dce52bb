// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/thread_record.h"

namespace deadheat::intercept {

void prepareThreads();
void enrolMainThread();
/// The calling thread takes up its record.
void enrolThread(ThreadRecord& self);
/// The calling thread is about to end.
void threadEnds();
/// One past the highest address of the calling thread's stack.
std::uintptr_t stackEndOfCaller();

} // namespace deadheat::intercept
