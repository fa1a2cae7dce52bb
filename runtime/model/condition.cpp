// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/condition.h"

namespace deadheat::model {

bool Condition::available(sched::ThreadId who, const sched::Operation&) const { return woken_.contains(who); }

bool Condition::leave(sched::ThreadId who) {
    const bool wasWoken = woken_.contains(who);
    woken_.eraseValue(who);
    queue_.eraseValue(who);
    return wasWoken;
}

void Condition::wake(std::size_t index) {
    woken_.push(queue_[index]);
    queue_.erase(index);
}

void Condition::wakeAll() {
    while (!queue_.empty())
        wake(0);
}

} // namespace deadheat::model
