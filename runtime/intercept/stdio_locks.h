// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/sched/operation.h"

namespace deadheat::intercept {

/// In a forked child, whose C library has forgotten them as well.
void forgetStreamsOfOthers(sched::ThreadId self);

} // namespace deadheat::intercept
