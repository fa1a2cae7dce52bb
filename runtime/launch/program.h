// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tested program: found like a shell does, checked for Deadheat's runtime, started with the control block.
#pragma once

#include "runtime/launch/control_memory.h"

#include <csignal>
#include <string>
#include <vector>

namespace deadheat::launch {

struct Program {
    std::string file;                   ///< path of the executable
    std::vector<std::string> arguments; ///< as given, the program's name first
};

/// Throws report::UserError when there is no such program or it was not built with Deadheat's runtime.
Program findProgram(const std::vector<std::string>& command);

struct StartOptions {
    std::vector<int> keepOpen; ///< descriptors that the program inherits, beside the standard ones
    bool closeInput = false;   ///< standard input reads as empty
    std::string extraTsanOptions;
    const sigset_t* signalMask = nullptr; ///< what the program starts with; null: the caller's
};

/// Starts the program with `control`; returns its process id.
int startProgram(const Program& program, const ControlMemory& control, const StartOptions& options);

/// Waits for it to end; returns the status as from waitpid. Interrupt and terminate signals are passed on meanwhile.
int awaitProgram(int pid);

/// "exit status 3", "signal 11 (Segmentation fault)".
std::string describeStatus(int waitStatus);

} // namespace deadheat::launch
