// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of the system calls that can block.
#pragma once

namespace deadheat::sched {

/// Null when the call cannot block, or is not known.
const char* nameOfBlockingCall(long number);

} // namespace deadheat::sched
