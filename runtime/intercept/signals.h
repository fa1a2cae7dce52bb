// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/thread_record.h"

#include <cerrno>

namespace deadheat::intercept {

/// Has the program installed a handler of its own? Then a thread that waits may still be woken from one.
bool programHandlesSignals();

/// Runs the program's handlers for signals that arrived while the thread waited.
void runPendingHandlers(ThreadRecord& self);

/// Free running: a call that may block and that ThreadSanitizer does not know. It holds signals back until the thread's next
/// call that it does know, so this is one before and after. `self` may be null.
template <typename Perform>
auto callUnsteered(ThreadRecord* self, Perform perform) {
    if (!self || !programHandlesSignals())
        return perform();
    runPendingHandlers(*self);
    const auto result = perform();
    const int error = errno;
    runPendingHandlers(*self);
    errno = error;
    return result;
}

/// Runs the handlers for signals that were sent to the thread since its last step.
void deliverSignals(ThreadRecord& self);

/// Does not return when the thread was cancelled and may be.
void actOnCancellation(ThreadRecord& self);
/// Does the calling thread allow that it is cancelled?
bool isCancellable();

/// Installs a handler that neither the program nor ThreadSanitizer knows of.
void handleSignalUnseen(int signal, void (*handler)(int));

/// What was done before signals were sent to this process comes before what the thread does now.
void orderAcquireSignals(const ThreadRecord& self);

} // namespace deadheat::intercept
