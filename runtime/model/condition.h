// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A condition variable. It also serves what is built like one: the threads that wait on a futex word. A waiter may
// proceed once a signal has chosen it. A signal that finds nobody is remembered, because a thread that later waits for
// ever has probably missed it.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class Condition final : public sched::ResourceOf<Condition> {
public:
    static const sched::ResourceFunctions kFunctions;

    Condition(sched::ResourceKind kind, std::uint64_t address) : ResourceOf(kind, address) {}

    bool available(sched::ThreadId who, const sched::Operation&) const;

    void enqueue(sched::ThreadId who) { queue_.push(who); }
    /// Takes `who` out, woken or not; true when it had been woken.
    bool leave(sched::ThreadId who);
    /// Threads that a signal could wake.
    std::size_t waiting() const { return queue_.size(); }
    /// Wakes the waiter at `index` in order of arrival.
    void wake(std::size_t index);
    void wakeAll();
    void noteMissedSignal(std::uint64_t step) { missedSignalStep_ = step; }
    /// The step of the last signal that woke nobody; 0: there was none.
    std::uint64_t missedSignalStep() const { return missedSignalStep_; }

private:
    sched::Vector<sched::ThreadId> queue_;
    sched::Vector<sched::ThreadId> woken_;
    std::uint64_t missedSignalStep_ = 0;
};

} // namespace deadheat::model
