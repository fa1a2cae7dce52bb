// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A strategy decides which thread performs the next step. It must be a pure function of the seed, the schedule's number,
// the profile and what it is shown, so that a schedule can be run again anywhere.
#pragma once

#include "runtime/sched/function_number.h"
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

class Strategy;
struct StrategyFunctions {
    bool (*begin)(Strategy&, std::uint64_t, std::uint64_t, const Profile&);
    std::size_t (*choose)(Strategy&, const Choice&);
    std::uint32_t (*pick)(Strategy&, std::uint32_t);
    std::uint32_t (*unheededYields)(Strategy&);
};

class Strategy {
public:
    /// Prepares schedule `number` of `seed`. False: every schedule has been explored.
    bool begin(std::uint64_t seed, std::uint64_t number, const Profile& profile) {
        return functions_->begin(*this, seed, number, profile);
    }
    /// Index into `choice.candidates`; count is at least 1.
    std::size_t choose(const Choice& choice) { return functions_->choose(*this, choice); }
    /// Any other decision: a value below `bound` (which waiter a signal wakes).
    std::uint32_t pick(std::uint32_t bound) { return functions_->pick(*this, bound); }
    /// How many of its declared yields a thread does not honour, the first ones; asked at its first, a decision like `pick`.
    std::uint32_t unheededYields() { return functions_->unheededYields(*this); }
    /// Without rare events time passes only when nobody can proceed. A strategy that keeps back who can proceed would
    /// never see those that sleep or wait with a timeout, so it may ask to be shown the one whose deadline is the earliest.
    /// To choose it is no early timeout: any thread may be as slow as that, and the deadlines keep their order. The
    /// strategy must bound how often it does so, else programs that poll do not end.
    bool overtakesSleepers() const { return overtakesSleepers_; }

protected:
    Strategy(const StrategyFunctions& functions, bool overtakesSleepers)
        : functions_(functions), overtakesSleepers_(overtakesSleepers) {}
    ~Strategy() = default;

private:
    FunctionsNumber<StrategyFunctions> functions_;
    bool overtakesSleepers_;
};

/// The base of the strategy `Chosen`, which declares what it does otherwise than here, and its
/// `static const StrategyFunctions kFunctions`.
template <typename Chosen>
class StrategyOf : public Strategy {
public:
    bool begin(std::uint64_t, std::uint64_t, const Profile&) { return true; }
    std::uint32_t pick(std::uint32_t) { return 0; }
    std::uint32_t unheededYields() { return 0; }

protected:
    explicit StrategyOf(bool overtakesSleepers = false) : Strategy(Chosen::kFunctions, overtakesSleepers) {}
    ~StrategyOf() = default;
};

template <typename Chosen>
constexpr StrategyFunctions functionsOfStrategy() {
    return {[](Strategy& strategy, std::uint64_t seed, std::uint64_t number, const Profile& profile) {
                return static_cast<Chosen&>(strategy).begin(seed, number, profile);
            },
            [](Strategy& strategy, const Choice& choice) { return static_cast<Chosen&>(strategy).choose(choice); },
            [](Strategy& strategy, std::uint32_t bound) { return static_cast<Chosen&>(strategy).pick(bound); },
            [](Strategy& strategy) { return static_cast<Chosen&>(strategy).unheededYields(); }};
}

} // namespace deadheat::sched
