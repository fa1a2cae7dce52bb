// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The launcher's side of the fork server: a tested program that runs one schedule after the other in children of its own.
#pragma once

#include "runtime/launch/descriptor.h"
#include "runtime/launch/explore.h"

#include <functional>

namespace deadheat::launch {

class Server {
public:
    /// Fills what the control block holds beside the orders: a recording to follow, targets.
    using Preparation = std::function<void(sched::ControlBlock&)>;

    Server(const Program& program, sched::Orders orders, const std::string& tsanOptions,
           const Preparation& prepare = {});
    ~Server();

    /// Waits for the next schedule that needs attention; false when all are done.
    bool next();
    /// Lets the server go on after next() returned true.
    void proceed();
    ScheduleResult result(Stacks& stacks) const;
    std::vector<std::string> unsteered() const;
    sched::ControlBlock& control() { return *control_; }
    /// Readable when next() would not wait.
    int statusDescriptor() const { return statusRead_.get(); }

private:
    void openChannels();
    std::string readOutput() const;

    const Program& program_;
    ControlMemory control_;
    Descriptor commandRead_, commandWrite_, statusRead_, statusWrite_, output_;
    int pid_ = 0;
};

} // namespace deadheat::launch
