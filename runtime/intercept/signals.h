// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/model/processes.h"

#include <cerrno>
#include <csignal>

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

/// What was done before signals were sent to a process comes before what its threads do when they have taken one. The first is
/// for ThreadSanitizer, which follows one process.
void orderReleaseSignals();
void orderReleaseSignalsTo(const ThreadRecord& self, const model::Process& target);
void orderAcquireSignals(const ThreadRecord& self);

bool isSignal(int signal);
/// Has this process a handler of its own for it?
bool isHandled(int signal);

/// As the kernel sends the signal of a timer to this process.
void sendTimerSignal(int signal, sigval value);

/// The descriptor is one from which signals are read.
bool isSignalDescriptor(int descriptor);
void forgetSignalDescriptor(int descriptor);

} // namespace deadheat::intercept
