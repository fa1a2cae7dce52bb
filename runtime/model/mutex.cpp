// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/mutex.h"

namespace deadheat::model {

bool Mutex::available(sched::ThreadId who, const sched::Operation&) const {
    return isFree() || (owner_ == who && relock_ != Relock::blocks);
}

void Mutex::holders(sched::ThreadId, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const {
    if (!isFree())
        out.push(owner_);
}

void Mutex::acquire(sched::ThreadId who) {
    owner_ = who;
    ++depth_;
}

bool Mutex::release() {
    if (depth_ > 0)
        --depth_;
    if (depth_ == 0)
        owner_ = sched::kNoThread;
    return depth_ == 0;
}

void Mutex::reset() {
    owner_ = sched::kNoThread;
    depth_ = 0;
}

} // namespace deadheat::model
