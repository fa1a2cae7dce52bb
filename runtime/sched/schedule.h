// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule as plain memory, shared between the tested program, which records or follows it, and the launcher, which
// keeps it in a file (launch/schedule_file.h): the decisions of the engine in order, run-length encoded, and the picks.
#pragma once

#include "runtime/sched/operation.h"

#include <cstddef>

namespace deadheat::sched {

/// `count` steps in a row by one thread with one outcome.
struct Run {
    ThreadId thread = 0;
    std::uint32_t outcome : 2;
    std::uint32_t count : 30;

    static constexpr std::uint32_t kLongest = (1u << 30) - 1;
};
static_assert(sizeof(Run) == 8);

/// Appends a step to `runs`, which holds `size` of them; returns the new size.
inline std::size_t appendStep(Run* runs, std::size_t size, ThreadId thread, Outcome outcome) {
    const auto code = static_cast<std::uint32_t>(outcome);
    if (size > 0) {
        Run& last = runs[size - 1];
        if (last.thread == thread && last.outcome == code && last.count < Run::kLongest) {
            ++last.count;
            return size;
        }
    }
    runs[size].thread = thread;
    runs[size].outcome = code & 3u;
    runs[size].count = 1;
    return size + 1;
}

} // namespace deadheat::sched
