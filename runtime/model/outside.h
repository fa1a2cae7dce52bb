// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A call whose end the program does not decide alone (a child process, a terminal, a socket): the thread performs it
// without the turn and may proceed once it is back. The flag is set by the returning thread while others run.
#pragma once

#include "runtime/sched/resource.h"

#include <atomic>

namespace deadheat::model {

class Outside final : public sched::ResourceOf<Outside> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit Outside(std::uint64_t address) : ResourceOf(sched::ResourceKind::outside, address) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return isBack(); }
    bool isBack() const { return returned_.load(std::memory_order_acquire); }
    void leave() { returned_.store(false, std::memory_order_relaxed); }
    void comeBack() { returned_.store(true, std::memory_order_release); }

private:
    std::atomic<bool> returned_{false};
};

} // namespace deadheat::model
