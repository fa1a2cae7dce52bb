// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// When the order of two operations of different threads can matter: they touch the same object and not both only read.
#pragma once

#include "runtime/sched/operation.h"

namespace deadheat::strategies {

inline bool dependent(const sched::Operation& a, const sched::Operation& b) {
    if (a.address == 0 || a.address != b.address)
        return false;
    return sched::effectOf(a.kind) != sched::Effect::reads || sched::effectOf(b.kind) != sched::Effect::reads;
}

} // namespace deadheat::strategies
