// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits for file descriptors in controlled runs, as the controller sees them.
#pragma once

#include "runtime/intercept/thread_record.h"

namespace deadheat::intercept {

bool anyDescriptorWaits();
/// Tells the engine which of the waits are over.
void refreshDescriptors();
/// Can only the run itself make any of the awaited descriptors ready?
bool onlyInternalDescriptors();
/// Sleeps until one of them may be ready, at most so long.
void awaitAnyDescriptor(int milliseconds);
/// Is what the calling thread waits for there? Asked by another process.
bool answerAboutDescriptors(ThreadRecord& self);
/// The thread is gone.
void forgetWaitsOf(const ThreadRecord& thread);
void resetDescriptors();

} // namespace deadheat::intercept
