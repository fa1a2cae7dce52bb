// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace deadheat::intercept {

/// Has the program installed a handler of its own? Then a thread that waits may still be woken from one.
bool programHandlesSignals();

/// Installs a handler that neither the program nor ThreadSanitizer knows of.
void handleSignalUnseen(int signal, void (*handler)(int));

} // namespace deadheat::intercept
