// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tells when a thread waits for others without saying so: it reads again what it has just read, or its compare-exchange fails
// again. One for each thread.
#pragma once

#include "runtime/sched/operation.h"

#include <cstddef>

namespace deadheat::sched {

/// Times in a row.
struct SpinLimits {
    std::uint32_t reads = 64;      ///< that a thread reads what it just read
    std::uint32_t updates = 1024;  ///< such reads and atomic updates
    std::uint32_t steps = 1 << 20; ///< steps of any kind
};

class SpinDetector {
public:
    struct Judgement {
        bool idle;  ///< the operation gets the thread nowhere
        bool spins; ///< it has been so for long
    };
    /// `inRow`: the thread has performed the last step as well.
    Judgement judge(const Operation& operation, bool inRow, const SpinLimits& limits);
    /// Others have had their turns.
    void startAnew();

private:
    static constexpr std::size_t kRecentReads = 8;
    struct Read {
        std::uint64_t place = 0;
        std::uint64_t address = 0;
    };

    bool rereads(const Operation& operation);

    Read recentReads_[kRecentReads] = {};
    std::uint32_t nextRead_ = 0;
    std::uint32_t readsInRow_ = 0;   ///< that read nothing new
    std::uint32_t updatesInRow_ = 0; ///< reads included
    std::uint32_t stepsInRow_ = 0;
};

} // namespace deadheat::sched
