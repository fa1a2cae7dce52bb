// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A free run has a process between the command and the program, which outlives both: the program's orphans come to it
// (PR_SET_CHILD_SUBREAPER), wherever their sessions and process groups are, so that it can end them all. It does so unless it
// is told to leave them, also when the command has been killed. It is no member of the command's process group.
#pragma once

#include "runtime/launch/descriptor.h"
#include "runtime/launch/program.h"

#include <csignal>
#include <functional>

namespace deadheat::launch {

class Guardian {
public:
    /// Starts the program. From here on SIGINT, SIGTERM and SIGHUP are passed on to it; one at a time can exist.
    Guardian(const Program& program, const ControlMemory& control, const StartOptions& options);
    /// Ends what is left of the program's processes, and removes the objects that they have made.
    ~Guardian();
    Guardian(const Guardian&) = delete;
    Guardian& operator=(const Guardian&) = delete;

    /// Waits for the program's first process to end; returns the status as from waitpid. `meanwhile` is called now and then.
    int await(const std::function<void()>& meanwhile);
    /// The last signal that was passed on, or 0.
    int passedOn() const;
    /// The other processes go on, and what was made stays.
    void leaveRest();

private:
    static constexpr int kPassedOn[] = {SIGINT, SIGTERM, SIGHUP};

    void takeSignals();

    Descriptor channel_;
    int pid_ = 0;
    struct sigaction before_[std::size(kPassedOn)] = {};
};

} // namespace deadheat::launch
