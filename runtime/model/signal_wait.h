// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A wait for a signal: over when one is sent to the process; whether it is one of those waited for, the waiter sees.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class SignalWait final : public sched::ResourceOf<SignalWait> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit SignalWait(std::uint32_t process) : ResourceOf(sched::ResourceKind::signal, process) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return sent_; }
    void send() { sent_ = true; }

private:
    bool sent_ = false;
};

} // namespace deadheat::model
