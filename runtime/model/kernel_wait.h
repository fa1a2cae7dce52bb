// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A wait for a state that only the kernel knows (a lock on a file, a System V semaphore): over whenever the run has changed such
// a state; whether it is the one waited for, the waiter finds out by trying again.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class KernelWait final : public sched::ResourceOf<KernelWait> {
public:
    static const sched::ResourceFunctions kFunctions;

    explicit KernelWait(std::uint64_t key) : ResourceOf(sched::ResourceKind::kernelObject, key) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return changed_; }
    void noteChange() { changed_ = true; }

private:
    bool changed_ = false;
};

} // namespace deadheat::model
