// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A strategy decides which thread performs the next step. It must be a pure function of the seed, the schedule's number,
// the profile and what it is shown, so that a schedule can be run again anywhere.
#pragma once

#include "runtime/sched/operation.h"

#include <cstddef>

namespace deadheat::sched {

/// A thread as strategies see it.
struct ThreadView {
    ThreadId id = kNoThread;
    Operation pending;
    std::uint64_t steps = 0;  ///< performed so far
    std::uint64_t yields = 0; ///< times it yielded or was found spinning
};

struct Candidate {
    const ThreadView* thread = nullptr;
    Outcome outcome = Outcome::proceed;
};

/// The possible next steps. The first `regular` ones (at least one) are threads that can proceed, ordered by number;
/// after them come the rare events: a timeout that fires early, a spurious wakeup; or, where `overtaking`, one sleeper
/// (Strategy::overtakesSleepers).
struct Choice {
    const Candidate* candidates = nullptr;
    std::size_t regular = 0;
    std::size_t count = 0;
    ThreadId running = kNoThread; ///< who performed the last step
    std::uint64_t step = 0;
    bool overtaking = false; ///< the last candidate is a sleeper to overtake; there are no rare events
};

/// What another run of the same program looked like; zero when unknown.
struct Profile {
    std::uint64_t steps = 0; ///< those performed while more than one thread was alive
    std::uint32_t threads = 0;
    const std::uint64_t* stepsOfThread = nullptr; ///< `threads` entries
};

class Strategy {
public:
    /// Prepares schedule `number` of `seed`. False: every schedule has been explored.
    virtual bool begin(std::uint64_t, std::uint64_t, const Profile&) { return true; }
    /// Index into `choice.candidates`; count is at least 1.
    virtual std::size_t choose(const Choice&) { return 0; }
    /// Any other decision: a value below `bound` (which waiter a signal wakes).
    virtual std::uint32_t pick(std::uint32_t) { return 0; }
    /// How many of its declared yields a thread does not honour, the first ones; asked at its first, a decision like `pick`.
    virtual std::uint32_t unheededYields() { return 0; }
    /// Without rare events time passes only when nobody can proceed. A strategy that keeps back who can proceed would
    /// never see those that sleep or wait with a timeout, so it may ask to be shown the one whose deadline is the earliest.
    /// To choose it is no early timeout: any thread may be as slow as that, and the deadlines keep their order. The
    /// strategy must bound how often it does so, else programs that poll do not end.
    virtual bool overtakesSleepers() const { return false; }

protected:
    ~Strategy() = default;
};

} // namespace deadheat::sched
