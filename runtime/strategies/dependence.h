// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// When the order of two operations of different threads can matter: they touch the same object and not both only read, or one
// of them touches more than one object can name.
#pragma once

#include "runtime/sched/operation.h"

namespace deadheat::strategies {

/// A signal or a cancellation comes between any two steps of its target; what ends a process closes and gives up all it has.
inline bool concernsAll(const sched::Operation& operation) {
    using sched::OperationKind;
    return operation.kind == OperationKind::signalSend || operation.kind == OperationKind::cancel ||
           operation.kind == OperationKind::exec || (operation.kind == OperationKind::exit && operation.address == 0);
}

/// A poll may look at many descriptors; its address is that of the first.
inline bool concernsPoll(const sched::Operation& operation) {
    using sched::OperationKind;
    return operation.kind == OperationKind::descriptorRead || operation.kind == OperationKind::descriptorWrite ||
           operation.kind == OperationKind::descriptorClose;
}

inline bool dependent(const sched::Operation& a, const sched::Operation& b) {
    if (concernsAll(a) || concernsAll(b))
        return true;
    const bool aPolls = a.kind == sched::OperationKind::descriptorPoll;
    const bool bPolls = b.kind == sched::OperationKind::descriptorPoll;
    if ((aPolls && concernsPoll(b)) || (bPolls && concernsPoll(a)))
        return true;
    if (a.address == 0 || a.address != b.address)
        return false;
    return sched::effectOf(a.kind) != sched::Effect::reads || sched::effectOf(b.kind) != sched::Effect::reads;
}

} // namespace deadheat::strategies
