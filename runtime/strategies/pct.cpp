// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PCT: every thread has a random priority and the highest runs; at d-1 random steps the running thread falls below all
// others. Finds a bug of depth d with probability at least 1/(n k^(d-1)) per schedule (Burckhardt, Kothari, Musuvathi,
// Nagarakatte: "A randomized scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010). Deviations: in
// every other schedule a thread that yields or spins falls below all others as well. In the rest it only lets each of them make a
// step first, which the engine sees to: a thread that yields a few times before it waits must be able to get to the wait first.
// The number of steps k is taken from a profiling run, and steps count only while more than one thread can proceed; the depth of a
// schedule is drawn between 1 and d, because a change point that must fall into one long-running thread undoes the order of the
// priorities.
#include "runtime/sched/vector.h"
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

class Pct final : public sched::StrategyOf<Pct> {
public:
    static const sched::StrategyFunctions kFunctions;

    explicit Pct(const Options& options) : changes_(options.depth > 0 ? options.depth - 1 : 0) {}

    bool begin(std::uint64_t seed, std::uint64_t number, const sched::Profile& profile) {
        random_ = sched::Random(seed, number);
        rareEvents_.begin(seed, number);
        threads_.clear();
        changePoints_.clear();
        contendedSteps_ = 0;
        lowest_ = kMiddle;
        yieldersFall_ = number % 2 == 0;
        const std::uint64_t length = profile.steps > 1 ? profile.steps : std::uint64_t{16} << random_.below(10);
        for (std::uint64_t left = random_.below(changes_ + 1); left > 0; --left)
            changePoints_.push(random_.below(length));
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        if (choice.count == 1)
            return 0;
        if (const std::size_t rare = rareEvents_.draw(choice); rare < choice.count)
            return rare;
        if (yieldersFall_)
            demoteYielders(choice);
        std::size_t best = highest(choice);
        if (choice.regular > 1 && changePoints_.contains(contendedSteps_++)) {
            threads_[choice.candidates[best].thread->id].priority = --lowest_;
            best = highest(choice);
        }
        return best;
    }

    std::uint32_t pick(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.below(bound)); }
    std::uint32_t unheededYields() { return rareEvents_.drawUnheededYields(); }

private:
    struct Thread {
        std::uint64_t priority = 0; ///< 0: not drawn yet
        std::uint64_t yields = 0;
    };
    static constexpr std::uint64_t kMiddle = std::uint64_t{1} << 62;

    Thread& threadOf(const sched::ThreadView& view) {
        while (threads_.size() <= view.id)
            threads_.push(Thread{});
        Thread& thread = threads_[view.id];
        if (thread.priority == 0)
            thread.priority = kMiddle + 1 + random_.below(kMiddle);
        return thread;
    }

    void demoteYielders(const sched::Choice& choice) {
        for (std::size_t i = 0; i < choice.regular; ++i) {
            const sched::ThreadView& view = *choice.candidates[i].thread;
            Thread& thread = threadOf(view);
            if (thread.yields != view.yields) {
                thread.yields = view.yields;
                thread.priority = --lowest_;
            }
        }
    }

    std::size_t highest(const sched::Choice& choice) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < choice.regular; ++i)
            if (threadOf(*choice.candidates[i].thread).priority > threadOf(*choice.candidates[best].thread).priority)
                best = i;
        return best;
    }

    std::uint32_t changes_;
    sched::Random random_;
    RareEvents rareEvents_;
    sched::Vector<Thread> threads_;
    sched::Vector<std::uint64_t> changePoints_;
    bool yieldersFall_ = true;
    std::uint64_t contendedSteps_ = 0;
    std::uint64_t lowest_ = kMiddle;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions Pct::kFunctions = sched::functionsOfStrategy<Pct>();

} // namespace

sched::Strategy* makePct(const Options& options) { return sched::create<Pct>(options); }

} // namespace deadheat::strategies
