// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory that holds nothing but costs: ThreadSanitizer clears tables of 10 MB before main, and every page that was written once is
// copied into the page tables of each fork and taken down again at its end.
#pragma once

namespace deadheat::intercept {

/// Gives the pages of the program's zero-initialised data that hold only zeros back to the kernel, which hands out zeros when
/// they are touched again. For a process with one thread.
void returnZeroPages();

} // namespace deadheat::intercept
