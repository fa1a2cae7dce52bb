// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `deadheat run`: the program runs freely; what ThreadSanitizer and the watch for deadlocks report becomes findings.
#pragma once

#include "runtime/launch/findings.h"
#include "runtime/launch/program.h"

#include <functional>

namespace deadheat::launch {

struct ObserveOptions {
    unsigned repetitions = 1;
    unsigned stressMicroseconds = 0; ///< random delays of up to this long around synchronisation
    std::uint64_t seed = 1;
    int dumpSignal = 0;
    std::function<void(const std::string&)> onDump; ///< is given all threads as text when the signal has come
    std::string tsanOptions;
};

struct ObserveResult {
    std::vector<report::Finding> findings;
    int waitStatus = 0;
    bool interrupted = false; ///< from outside
};

ObserveResult observe(const Program& program, const ObserveOptions& options, Stacks& stacks);

} // namespace deadheat::launch
