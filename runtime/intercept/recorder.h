// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes every decision of the engine into the control block, where it survives the process, and, when asked, a log line
// per step. The log names objects by number and places by module and offset, so that equal runs give equal bytes.
#pragma once

#include "runtime/sched/control_block.h"
#include "runtime/sched/engine.h"
#include "runtime/sched/hash_map.h"

namespace deadheat::intercept {

class Recorder final : public sched::DecisionObserver {
public:
    static const sched::ObserverFunctions kFunctions;

    explicit Recorder(sched::ControlBlock& block)
        : DecisionObserver(kFunctions), block_(block), keepLog_(block.orders.keepLog != 0) {}

    void decided(const sched::ThreadView& thread, sched::Outcome outcome, std::uint64_t step);
    void picked(std::uint32_t value);

private:
    void count(sched::ThreadId thread);
    void log(const sched::ThreadView& thread, sched::Outcome outcome, std::uint64_t step);

    sched::ControlBlock& block_;
    bool keepLog_;
};

} // namespace deadheat::intercept
