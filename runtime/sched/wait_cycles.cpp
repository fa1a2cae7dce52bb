// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/wait_cycles.h"

#include "runtime/sched/engine.h"

namespace deadheat::sched {

bool WaitCycles::find(const Engine& engine) {
    const std::uint64_t begin = visit_ + 1;
    bool found = false;
    for (std::size_t i = 0; i < suspects_.size() && !found; ++i) {
        cycle_.clear();
        found = follow(engine, suspects_[i], begin);
    }
    suspects_.clear();
    return found;
}

/// Depth first along "waits for". A thread numbered from `begin` on has been visited by this search: if it is on the path the cycle
/// is closed, else nothing leads from it. A holder that has ended never lets go.
bool WaitCycles::follow(const Engine& engine, ThreadId at, std::uint64_t begin) {
    const Operation* wait = engine.endlessWaitOf(at);
    if (!wait)
        return false;
    if (visitOf(at) >= begin)
        return keepFrom(at);
    visitOf(at) = ++visit_;
    cycle_.push(at);
    Vector<ThreadId> holders;
    wait->resource->holders(at, *wait, holders);
    for (const ThreadId holder : holders)
        if (engine.isFinished(holder)) {
            holderEnded_ = true;
            return keepFrom(at);
        }
    for (const ThreadId holder : holders)
        if (follow(engine, holder, begin))
            return true;
    cycle_.pop();
    return false;
}

/// Drops what leads to `first` from the path; false when it is not on it.
bool WaitCycles::keepFrom(ThreadId first) {
    const std::size_t start = cycle_.indexOf(first);
    if (start == cycle_.size())
        return false;
    for (std::size_t i = 0; i < start; ++i)
        cycle_.erase(0);
    return true;
}

std::uint64_t& WaitCycles::visitOf(ThreadId thread) {
    while (visits_.size() <= thread)
        visits_.push(0);
    return visits_[thread];
}

} // namespace deadheat::sched
