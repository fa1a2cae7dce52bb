// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A wait for file descriptors to become ready. Whether they are is asked of the embedding each time.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

struct ReadinessFunctions {
    bool (*isReady)(void* context);
};

class Descriptor final : public sched::ResourceOf<Descriptor> {
public:
    static const sched::ResourceFunctions kFunctions;

    Descriptor(std::uint64_t address, const ReadinessFunctions& functions, void* context)
        : ResourceOf(sched::ResourceKind::descriptor, address), functions_(functions), context_(context) {}

    bool available(sched::ThreadId, const sched::Operation&) const { return functions_->isReady(context_); }

private:
    sched::FunctionsNumber<ReadinessFunctions> functions_;
    void* context_;
};

} // namespace deadheat::model
