// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The watch of free running: a thread that the program and ThreadSanitizer do not see looks several times a second
// whether threads wait for each other in a cycle, or all of them wait with nobody left to wake them, and then reports and
// ends the process.
#pragma once

namespace deadheat::intercept {

void startWatch();

} // namespace deadheat::intercept
