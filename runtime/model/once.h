// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A once flag: while one thread runs the initialiser the others wait for that thread.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class Once final : public sched::ResourceOf<Once> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit Once(std::uint64_t address) : ResourceOf(sched::ResourceKind::once, address) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return runner_ == sched::kNoThread; }
    void holders(sched::ThreadId, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const {
        if (runner_ != sched::kNoThread)
            out.push(runner_);
    }
    void enter(sched::ThreadId who) { runner_ = who; }
    void leave() { runner_ = sched::kNoThread; }

private:
    sched::ThreadId runner_ = sched::kNoThread;
};

} // namespace deadheat::model
