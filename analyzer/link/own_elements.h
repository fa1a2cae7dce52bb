// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements of an array that threads have shared out among themselves: each works on those that its own number, range or argument
// chooses. What an index was computed from is not known in full, so this asks whether it may differ from thread to thread.
#pragma once

#include "analyzer/link/accesses.h"

namespace deadheat::link {

/// Whether the access is to an element chosen by an index that may be the thread's own: its argument, what it alone has, a loop over such
/// a range, a number that it has drawn. A loop that starts from a constant is the same in all threads; so is what shared memory says.
bool mayBeOwnElement(const WholeProgram& program, const SharedAccess& access);

/// Whether the access prepares an element in the round of a loop which then passes the element on: `args[i] = x; submit(&args[i]);`.
/// That the loop is not run again before the element has come back is assumed.
bool isElementPassedOn(const WholeProgram& program, const SharedAccess& access);

} // namespace deadheat::link
