// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The end of a thread, which joiners wait for.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class ThreadEnd final : public sched::ResourceOf<ThreadEnd> {
public:
    static const sched::ResourceFunctions kFunctions;

    ThreadEnd(sched::ThreadId thread, std::uint64_t address)
        : ResourceOf(sched::ResourceKind::thread, address), thread_(thread) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return ended_; }
    void holders(sched::ThreadId, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const {
        if (!ended_)
            out.push(thread_);
    }
    void end() { ended_ = true; }
    bool ended() const { return ended_; }
    sched::ThreadId thread() const { return thread_; }

private:
    sched::ThreadId thread_;
    bool ended_ = false;
};

} // namespace deadheat::model
