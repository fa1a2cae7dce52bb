// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Active testing: threads run at random, but one that is about to perform a step of the defect that is looked for is held
// back until the others of the defect are there too. For a race: until another thread is about to make the other access
// to the same memory; then one of them goes first and the other follows at once (RaceFuzzer: Sen, "Race directed random
// testing of concurrent programs", PLDI 2008). For a cycle of locks: each thread before it takes its second lock, until
// the cycle closes, which the engine sees (DeadlockFuzzer: Joshi, Park, Sen, Naik, PLDI 2009). When everybody is held back
// one goes on, drawn at random.
//
// Deviations: a thread is not held for ever while others run on, as a server's never end; how long is drawn for each
// schedule, and a schedule in which that was in vain holds less and less. When everybody is held a sleeper may be overtaken:
// its time passes. Without rare events this is bounded, as a program that polls would be overtaken for ever. Every third
// schedule samples partial orders instead of walking at random.
#include "runtime/sched/random.h"
#include "runtime/sched/vector.h"
#include "runtime/strategies/factories.h"

namespace deadheat::strategies {
namespace {

constexpr unsigned kShortestPatience = 6; ///< as power of two: steps of others
constexpr unsigned kPatiences = 11;
/// After so many holds in vain every second step is held, and so on.
constexpr std::uint64_t kHoldsInVain = 4;
constexpr std::uint64_t kOvertakingRates = 4; ///< who is held goes on instead once in 2, 8, 32, 128 times
/// Threads are shown on the sides of a race by schedule modulo 4 (intercept/targets.cpp): each rate meets each of these.
constexpr std::uint64_t kSchedulesOfRate = 4;
constexpr std::uint64_t kMostOvertakings = 1000; ///< in one schedule

class Confirm final : public sched::StrategyOf<Confirm> {
public:
    static const sched::StrategyFunctions kFunctions;

    explicit Confirm(const Options& options)
        : StrategyOf(true), aim_(options.aim), encounters_(options.encounters), walk_(makeRandom(options)),
          sampling_(makePos(options)) {}

    bool begin(std::uint64_t seed, std::uint64_t number, const sched::Profile& profile) {
        random_ = sched::Random(~seed, number);
        base_ = number % 3 == 2 ? sampling_ : walk_;
        base_->begin(seed, number, profile);
        patience_ = std::uint64_t{1} << (kShortestPatience + random_.below(kPatiences));
        inVain_ = 0;
        goesOnOneIn_ = std::uint64_t{2} << (2 * (number / kSchedulesOfRate % kOvertakingRates));
        overtakingsLeft_ = kMostOvertakings;
        follower_ = sched::kNoThread;
        stances_.clear();
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        if (const std::size_t next = takeFollower(choice); next < choice.regular)
            return next;
        for (std::size_t i = 0; i < choice.regular; ++i)
            settle(choice, *choice.candidates[i].thread);
        if (aim_ != sched::Aim::cycle)
            if (const std::size_t first = letMeet(choice); first < choice.regular)
                return first;
        return chooseAmongFree(choice);
    }

    std::uint32_t pick(std::uint32_t bound) { return base_->pick(bound); }
    std::uint32_t unheededYields() { return base_->unheededYields(); }

private:
    /// What was decided about a thread's pending step.
    struct Stance {
        std::uint64_t step = ~std::uint64_t{0}; ///< the thread's own count of steps when it was decided
        std::uint64_t until = 0;                ///< held up to this step of the run
        bool held = false;
    };

    /// The thread that takes part in a meeting and did not go first.
    std::size_t takeFollower(const sched::Choice& choice) {
        const sched::ThreadId wanted = follower_;
        follower_ = sched::kNoThread;
        std::size_t i = 0;
        while (i < choice.regular && choice.candidates[i].thread->id != wanted)
            ++i;
        return i;
    }

    Stance& stanceOf(const sched::ThreadView& thread) {
        while (stances_.size() <= thread.id)
            stances_.push(Stance{});
        return stances_[thread.id];
    }

    void settle(const sched::Choice& choice, const sched::ThreadView& thread) {
        Stance& stance = stanceOf(thread);
        if (stance.step != thread.steps) {
            const bool hold = thread.pending.targets != 0 && random_.below(kHoldsInVain + inVain_) < kHoldsInVain;
            stance = Stance{thread.steps, choice.step + patience_, hold};
        } else if (stance.held && choice.step >= stance.until) {
            stance.held = false;
            ++inVain_;
        }
    }

    static bool onOppositeSides(const sched::Operation& a, const sched::Operation& b) {
        return ((a.targets & 1u) && (b.targets & 2u)) || ((a.targets & 2u) && (b.targets & 1u));
    }

    /// The compiler may have made one access of two neighbours, so the addresses need not be equal.
    static bool conflict(const sched::Operation& a, const sched::Operation& b) {
        const bool overlap = a.address < b.address + b.bytes && b.address < a.address + a.bytes;
        return overlap && a.address != 0 &&
               (sched::effectOf(a.kind) != sched::Effect::reads || sched::effectOf(b.kind) != sched::Effect::reads);
    }

    /// Two threads that are about to race: the index of the one that goes first, or choice.regular.
    std::size_t letMeet(const sched::Choice& choice) {
        for (std::size_t i = 0; i < choice.regular; ++i) {
            const sched::Operation& one = choice.candidates[i].thread->pending;
            for (std::size_t j = one.targets ? i + 1 : choice.regular; j < choice.regular; ++j) {
                const sched::Operation& other = choice.candidates[j].thread->pending;
                if (!onOppositeSides(one, other))
                    continue;
                note(&sched::Encounters::together);
                if (!conflict(one, other))
                    continue;
                note(&sched::Encounters::onOneObject);
                const bool swap = random_.below(2) != 0;
                follower_ = choice.candidates[swap ? i : j].thread->id;
                return swap ? j : i;
            }
        }
        return choice.regular;
    }

    void note(std::uint64_t sched::Encounters::* counter) {
        if (encounters_)
            ++(encounters_->*counter);
    }

    std::size_t chooseAmongFree(const sched::Choice& choice) {
        free_.clear();
        indexes_.clear();
        std::size_t regular = 0;
        const std::size_t end = choice.overtaking ? choice.regular : choice.count;
        for (std::size_t i = 0; i < end; ++i) {
            if (i < choice.regular && stanceOf(*choice.candidates[i].thread).held)
                continue;
            free_.push(choice.candidates[i]);
            indexes_.push(i);
            regular += i < choice.regular;
        }
        if (regular == 0)
            return letGo(choice);
        sched::Choice reduced = choice;
        reduced.candidates = free_.begin();
        reduced.regular = regular;
        reduced.count = free_.size();
        return indexes_[base_->choose(reduced)];
    }

    /// Everybody is held: time passes for a sleeper, or somebody goes on.
    std::size_t letGo(const sched::Choice& choice) {
        if (choice.overtaking)
            return overtakes() ? choice.regular : static_cast<std::size_t>(random_.below(choice.regular));
        indexes_.clear();
        for (std::size_t i = 0; i < choice.count; ++i)
            if (i < choice.regular || choice.candidates[i].outcome == sched::Outcome::timedOut)
                indexes_.push(i);
        return indexes_[static_cast<std::size_t>(random_.below(indexes_.size()))];
    }

    bool overtakes() {
        if (overtakingsLeft_ == 0 || random_.oneIn(goesOnOneIn_))
            return false;
        --overtakingsLeft_;
        return true;
    }

    sched::Aim aim_;
    sched::Encounters* encounters_;
    sched::Strategy* walk_;
    sched::Strategy* sampling_;
    sched::Strategy* base_ = nullptr;
    sched::Random random_;
    std::uint64_t patience_ = 0;
    std::uint64_t inVain_ = 0;
    std::uint64_t goesOnOneIn_ = 2;
    std::uint64_t overtakingsLeft_ = 0;
    sched::ThreadId follower_ = sched::kNoThread;
    sched::Vector<Stance> stances_;
    sched::Vector<sched::Candidate> free_;
    sched::Vector<std::size_t> indexes_;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions Confirm::kFunctions = sched::functionsOfStrategy<Confirm>();

} // namespace

sched::Strategy* makeConfirm(const Options& options) { return sched::create<Confirm>(options); }

} // namespace deadheat::strategies
