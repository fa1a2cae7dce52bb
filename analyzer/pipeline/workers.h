// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Jobs in worker processes. Clang may crash on input it does not expect; a process apart makes that cost one job, and gives
// parallelism without a lock in Clang. The caller must be single threaded while jobs run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace deadheat::pipeline {

/// How a job ended.
struct Outcome {
    bool finished = false; ///< the job returned; else its process crashed or was killed
    int signal = 0;        ///< that ended the process; 0 when it exited by itself
};

struct WorkerOptions {
    unsigned jobs = 1;       ///< processes at a time, at least one
    bool showErrors = false; ///< let the jobs write to standard error
};

/// Whether the process that ran a job is fit for another.
enum class After : std::uint8_t { anotherJob, newProcess };

/// Runs job(0) ... job(count - 1) in forked processes, started in that order. A process runs many jobs, one after the other, and
/// is replaced when a job crashes, throws or asks for it. `done` is called here, in the order of completion. What a job computes
/// it must leave in a file. Throws std::system_error when no process can be started.
void runForked(std::size_t count, const WorkerOptions& options, const std::function<After(std::size_t)>& job,
               const std::function<void(std::size_t, Outcome)>& done);

} // namespace deadheat::pipeline
