// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reader-writer lock with glibc's default preference, a reader enters whenever there is no writer inside; or with that for
// writers, which lets no reader in while a writer waits.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class RwLock final : public sched::ResourceOf<RwLock> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit RwLock(std::uint64_t address) : ResourceOf(sched::ResourceKind::rwlock, address) {}

    bool available(sched::ThreadId who, const sched::Operation& operation) const;
    void holders(sched::ThreadId who, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const;

    void acquireRead(sched::ThreadId who) { readers_.push(who); }
    void acquireWrite(sched::ThreadId who) { writer_ = who; }
    void release(sched::ThreadId who);
    /// A thread wants to write, and no longer.
    void awaitWrite(sched::ThreadId who) { writersToBe_.push(who); }
    void endWait(sched::ThreadId who) { writersToBe_.eraseValue(who); }
    void setPrefersWriters(bool prefers) { prefersWriters_ = prefers; }
    void reset();
    bool mayRead() const { return writer_ == sched::kNoThread && !writersGoFirst(); }
    bool mayWrite() const { return writer_ == sched::kNoThread && readers_.empty(); }

private:
    /// Writers that are kept waiting by readers.
    bool writersGoFirst() const { return prefersWriters_ && !readers_.empty() && !writersToBe_.empty(); }

    bool prefersWriters_ = false;
    sched::ThreadId writer_ = sched::kNoThread;
    sched::Vector<sched::ThreadId> writersToBe_;
    sched::Vector<sched::ThreadId> readers_; ///< once for each time held
};

} // namespace deadheat::model
