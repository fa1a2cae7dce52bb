// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A counting semaphore.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class Semaphore final : public sched::ResourceOf<Semaphore> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit Semaphore(std::uint64_t address) : ResourceOf(sched::ResourceKind::semaphore, address) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return value_ > 0; }
    void setValue(std::uint64_t value) { value_ = value; }
    std::uint64_t value() const { return value_; }
    void take() { --value_; }
    void post() { ++value_; }

private:
    std::uint64_t value_ = 0;
};

} // namespace deadheat::model
