// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/sched/control_block.h"

namespace deadheat::launch {

/// Removes the named and System V objects that the program has made and not removed. None of its processes runs any more.
void removeLeftObjects(const sched::LeftObjects& left);

} // namespace deadheat::launch
