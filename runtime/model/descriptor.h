// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A wait for file descriptors to become ready. Whether they are is asked of the embedding each time.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

class Descriptor final : public sched::ResourceOf<Descriptor> {
public:
    static const sched::ResourceFunctions kFunctions;

    using IsReady = bool (*)(void* context);

    Descriptor(std::uint64_t address, IsReady isReady, void* context)
        : ResourceOf(sched::ResourceKind::descriptor, address), isReady_(isReady), context_(context) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return isReady_(context_); }

private:
    IsReady isReady_;
    void* context_;
};

} // namespace deadheat::model
