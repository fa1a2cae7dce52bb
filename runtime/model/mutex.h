// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mutex or spinlock: at most one owner; a recursive one counts.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

enum class Relock : std::uint8_t { blocks, counts, fails };

class Mutex final : public sched::ResourceOf<Mutex> {
public:
    static const sched::ResourceFunctions kFunctions;

    Mutex(sched::ResourceKind kind, std::uint64_t address) : ResourceOf(kind, address) {}

    bool available(sched::ThreadId who, const sched::Operation&) const;
    void holders(sched::ThreadId who, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const;

    void acquire(sched::ThreadId who);
    /// True when the mutex became free.
    bool release();
    void reset();
    void setRelock(Relock relock) { relock_ = relock; }
    bool isFree() const { return owner_ == sched::kNoThread; }
    sched::ThreadId owner() const { return owner_; }

private:
    sched::ThreadId owner_ = sched::kNoThread;
    std::uint32_t depth_ = 0;
    Relock relock_ = Relock::blocks;
};

} // namespace deadheat::model
