// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reader-writer lock with glibc's default preference: a reader enters whenever there is no writer inside.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class RwLock final : public sched::Resource {
public:
    explicit RwLock(std::uint64_t address) : Resource(sched::ResourceKind::rwlock, address) {}

    bool available(sched::ThreadId who, const sched::Operation& operation) const override;
    void holders(sched::ThreadId who, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const override;

    void acquireRead(sched::ThreadId who) { readers_.push(who); }
    void acquireWrite(sched::ThreadId who) { writer_ = who; }
    void release(sched::ThreadId who);
    void reset();
    bool mayRead() const { return writer_ == sched::kNoThread; }
    bool mayWrite() const { return mayRead() && readers_.empty(); }

private:
    sched::ThreadId writer_ = sched::kNoThread;
    sched::Vector<sched::ThreadId> readers_; ///< once for each time held
};

} // namespace deadheat::model
