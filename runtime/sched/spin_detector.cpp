// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/spin_detector.h"

namespace deadheat::sched {

SpinDetector::Judgement SpinDetector::judge(const Operation& operation, bool inRow, const SpinLimits& limits) {
    const bool again = effectOf(operation.kind) == Effect::reads && rereads(operation);
    const bool updates = again || operation.kind == OperationKind::atomicUpdate;
    readsInRow_ = again ? readsInRow_ + 1 : 0;
    updatesInRow_ = updates ? updatesInRow_ + 1 : 0;
    stepsInRow_ = inRow ? stepsInRow_ + 1 : 0;
    const bool spins = readsInRow_ >= limits.reads || updatesInRow_ >= limits.updates || stepsInRow_ >= limits.steps;
    return {again && operation.kind != OperationKind::clock, spins};
}

void SpinDetector::startAnew() {
    readsInRow_ = 0;
    updatesInRow_ = 0;
    stepsInRow_ = 0;
}

/// Has the thread read the same memory at the same place among its last few reads? Remembers this read.
bool SpinDetector::rereads(const Operation& operation) {
    if (operation.address == 0)
        return true; // a yield, a fence: nothing read
    for (const Read& read : recentReads_)
        if (read.place == operation.place && read.address == operation.address)
            return true;
    recentReads_[nextRead_++ % kRecentReads] = {operation.place, operation.address};
    return false;
}

} // namespace deadheat::sched
