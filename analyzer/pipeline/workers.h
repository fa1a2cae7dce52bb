// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Jobs in forked processes. Clang may crash on input it does not expect; a process of its own per job makes that cost one
// job, and gives parallelism without a lock in Clang. The caller must be single threaded while jobs run.
#pragma once

#include <cstddef>
#include <functional>

namespace deadheat::pipeline {

/// How a job's process ended.
struct Outcome {
    bool finished = false; ///< the job returned; else it crashed or was killed
    int signal = 0;        ///< that ended it; 0 when it exited by itself
};

struct WorkerOptions {
    unsigned jobs = 1;       ///< processes at a time, at least one
    bool showErrors = false; ///< let the jobs write to standard error
};

/// Runs job(0) ... job(count - 1), each in a process of its own, started in that order. `done` is called here, in the order
/// of completion. What a job computes it must leave in a file. Throws std::system_error when no process can be started.
void runForked(std::size_t count, const WorkerOptions& options, const std::function<void(std::size_t)>& job,
               const std::function<void(std::size_t, Outcome)>& done);

} // namespace deadheat::pipeline
