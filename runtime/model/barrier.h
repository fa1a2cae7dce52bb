// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A barrier: a wait can proceed once its round is complete.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class Barrier final : public sched::ResourceOf<Barrier> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit Barrier(std::uint64_t address) : ResourceOf(sched::ResourceKind::barrier, address) {}

    bool available(sched::ThreadId who, const sched::Operation&) const { return !inRound_.contains(who); }

    void setParties(std::uint32_t parties) {
        parties_ = parties;
        inRound_.clear();
    }
    /// `who` has arrived; true when it completes the round, which lets all of it go.
    bool arrive(sched::ThreadId who) {
        inRound_.push(who);
        if (inRound_.size() < parties_)
            return false;
        inRound_.clear();
        return true;
    }
    std::uint32_t parties() const { return parties_; }
    std::size_t arrived() const { return inRound_.size(); }

private:
    std::uint32_t parties_ = 1;
    sched::Vector<sched::ThreadId> inRound_;
};

} // namespace deadheat::model
